/** The folder in which the jars of the tests' Kafka are, once scripts/fetch-kafka.mjs has run. */
export const KAFKA_JARS: string;
