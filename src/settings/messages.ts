import { choice, type Given, isNode, list, NODES, type Setting, secret, text } from './kinds.ts';
import type { QUEUE_SETTINGS } from './queue.ts';
import type { TRAIN_SETTINGS } from './train.ts';

/** What carries messages between the parts of the program, and the Kafka that may do it. */
export const MESSAGE_SETTINGS = {
  EVENT_BUS: choice(
    ['in-process', 'redis', 'kafka'],
    undefined,
    'what carries messages to their consumers; unset: redis where there is one, else in-process',
  ),
  KAFKA_BROKERS: list(isNode, NODES, 'some brokers of a Kafka; the others are learned from them'),
  KAFKA_TLS: choice(
    ['off', 'verify', 'unverified'],
    'off',
    'whether Kafka is reached over TLS, and its certificate checked',
  ),
  KAFKA_TLS_CA: secret('PEM text of the authority behind the certificate of Kafka'),
  KAFKA_SASL: choice(
    ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    'SCRAM-SHA-512',
    'how KAFKA_USERNAME logs in',
  ),
  KAFKA_USERNAME: text('user of Kafka; unset: nobody logs in'),
  KAFKA_PASSWORD: secret('password of KAFKA_USERNAME'),
} satisfies Record<string, Setting<unknown>>;

type MessagesGiven = Given<typeof MESSAGE_SETTINGS> &
  Pick<Given<typeof QUEUE_SETTINGS>, 'QUEUE_BACKEND'> &
  Pick<Given<typeof TRAIN_SETTINGS>, 'TRAIN_INTAKE_TOPIC'>;

/** As Kafka has them, and no longer than a message id leaves room for. */
const TOPIC = /^[A-Za-z0-9._-]{1,200}$/;

/** The Kafka that something runs on; undefined when nothing does. What is wrong goes to `errors`. */
export function kafkaOf(given: MessagesGiven, errors: string[]) {
  const users = [
    given.EVENT_BUS === 'kafka' && 'EVENT_BUS=kafka',
    given.QUEUE_BACKEND === 'kafka' && 'QUEUE_BACKEND=kafka',
    given.TRAIN_INTAKE_TOPIC !== undefined && 'TRAIN_INTAKE_TOPIC',
  ].filter((user) => user !== false);
  const brokers = given.KAFKA_BROKERS;
  if (users.length > 0 && brokers.length === 0)
    errors.push(`${users.join(' and ')} asks for KAFKA_BROKERS; set it`);
  const topic = given.TRAIN_INTAKE_TOPIC;
  if (topic !== undefined && !TOPIC.test(topic))
    errors.push('TRAIN_INTAKE_TOPIC is no name of a topic: letters, digits, ".", "_" and "-", at most 200');
  if (users.length === 0 && brokers.length > 0)
    errors.push(
      'KAFKA_BROKERS is used by nobody: set EVENT_BUS=kafka, QUEUE_BACKEND=kafka or TRAIN_INTAKE_TOPIC, or unset it',
    );
  const { KAFKA_SASL: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = given;
  if ((username === undefined) !== (password === undefined))
    errors.push('KAFKA_USERNAME and KAFKA_PASSWORD go together; set both or neither');
  if (users.length === 0) return undefined;
  return {
    brokers,
    tls: given.KAFKA_TLS,
    tlsCa: given.KAFKA_TLS_CA,
    login: username !== undefined && password !== undefined ? { mechanism, username, password } : undefined,
  };
}
