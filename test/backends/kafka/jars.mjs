import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const pom = readFileSync(new URL('./pom.xml', import.meta.url), 'utf8');
const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([\d.]+)<\/version>/.exec(pom)?.[1];
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');

/** The folder in which the jars of the tests' Kafka are, once scripts/fetch-kafka.mjs has run. */
export const KAFKA_JARS = process.env.KAFKA_JARS ?? join(cache, 'onrush', `kafka-${version}`);
