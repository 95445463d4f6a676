import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, MultipleErrors } from '@platformatic/kafka';
import { failed } from './failures.ts';

const LOOKS_MAX = 20;
const LOOK_MILLIS = 50;
/** More than any sale has nodes, so that each can have a share. */
const PARTITIONS = 12;

/** The topics that were made or found, and how many partitions each has. */
export class Topics {
  readonly #admin: Admin;
  readonly #known = new Map<string, Promise<number>>();

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  /** Makes the topic if there is none, with the brokers' defaults; says how many partitions it has. */
  async partitions(topic: string): Promise<number> {
    const known = this.#known.get(topic) ?? this.#find(topic);
    this.#known.set(topic, known);
    try {
      return await known;
    } catch (error) {
      this.#known.delete(topic);
      throw failed(error);
    }
  }

  async #find(topic: string): Promise<number> {
    const known = await this.#look(topic).catch(() => undefined);
    if (known !== undefined) return known;
    await this.#admin
      .createTopics({ topics: [topic], partitions: PARTITIONS, replicas: -1 })
      .catch((error: unknown) => {
        if (!isThere(error)) throw error;
      });
    // A broker may not have heard yet of a topic that its controller has just made.
    for (let looks = 1; ; looks++) {
      try {
        return await this.#look(topic);
      } catch (error) {
        if (looks >= LOOKS_MAX) throw error;
        await pause(LOOK_MILLIS);
      }
    }
  }

  async #look(topic: string): Promise<number> {
    const { topics } = await this.#admin.metadata({ topics: [topic], forceUpdate: true });
    const found = topics.get(topic);
    if (!found) throw new Error(`there is no topic ${topic}`);
    return found.partitionsCount;
  }
}

function isThere(error: unknown): boolean {
  return error instanceof MultipleErrors && error.findBy('apiId', 'TOPIC_ALREADY_EXISTS') !== null;
}
