import type { KafkaConnection } from '../adapters/kafka/connection.ts';
import type { KafkaOptions } from '../adapters/kafka/options.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';

/** The Kafka that the configuration names; undefined when it names none. Throws Unavailable with the remedy. */
export async function openKafka(
  { backEnds: { kafka } }: Config,
  clock: Clock,
): Promise<KafkaConnection | undefined> {
  if (!kafka) return undefined;
  const { kafkaConnection } = await import('../adapters/kafka/connection.ts');
  return kafkaConnection(optionsOf(kafka), clock);
}

function optionsOf({ brokers, tls, tlsCa, login }: NonNullable<Config['backEnds']['kafka']>): KafkaOptions {
  return {
    brokers,
    ...(login && { login }),
    ...(tls !== 'off' && {
      tls: {
        ...(tlsCa !== undefined && { ca: tlsCa }),
        ...(tls === 'unverified' && { anyCertificate: 'accepted' as const }),
      },
    }),
  };
}
