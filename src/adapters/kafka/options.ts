import type { BaseOptions } from '@platformatic/kafka';

/** Where the brokers are, and who we are to them. */
export interface KafkaOptions {
  /** Some brokers, as host:port; the others are learned from them. */
  brokers: readonly string[];
  /** Speaks TLS when given. `ca` is PEM text of authorities in place of the well-known ones. */
  tls?: { ca?: string; anyCertificate?: 'accepted' };
  login?: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string };
  limits?: Partial<KafkaLimits>;
}

export interface KafkaLimits {
  /** A request that is not answered by then has failed. */
  requestMillis: number;
  /** A member of a group that is silent for so long is taken for dead, and others get its share. */
  sessionMillis: number;
  /** How often a member shows that it is alive, and learns that the shares have changed. */
  heartbeatMillis: number;
  /** After a failure, before the next try. */
  retryMillis: number;
}

export const KAFKA_LIMITS: KafkaLimits = {
  requestMillis: 5_000,
  sessionMillis: 10_000,
  heartbeatMillis: 1_000,
  retryMillis: 500,
};

/** As the client library wants them. It tries nothing again by itself: what failed is begun anew by us, from the start. */
export function clientOptions({ brokers, tls, login }: KafkaOptions, limits: KafkaLimits): BaseOptions {
  return {
    clientId: 'onrush',
    bootstrapBrokers: [...brokers],
    retries: 0,
    timeout: limits.requestMillis,
    connectTimeout: limits.requestMillis,
    requestTimeout: limits.requestMillis,
    ...(tls && {
      tls: {
        ...(tls.ca !== undefined && { ca: tls.ca }),
        ...(tls.anyCertificate && { rejectUnauthorized: false }),
      },
    }),
    ...(login && { sasl: login }),
  };
}
