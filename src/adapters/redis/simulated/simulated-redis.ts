import type { RedisConnection } from '../connection/connection.ts';
import { RedisServer } from './server.ts';
import { type Owner, SimulatedConnection, type Surroundings } from './simulated-connection.ts';

/** One Redis and the connections to it, reached as over a slow and unreliable way; it outlives the processes. */
export class SimulatedRedis {
  readonly server: RedisServer;
  readonly surroundings: Surroundings;
  readonly #connections = new Map<Owner, SimulatedConnection>();
  /** Failures that have not ended. */
  #failures = 0;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.server = new RedisServer({
      now: () => surroundings.now(),
      replicationId: () => surroundings.replicationId(),
      publish: (channel, text) =>
        [...this.#connections.values()].filter((connection) => connection.tell(channel, text)).length,
    });
  }

  get isUp(): boolean {
    return this.#failures === 0;
  }

  connect(owner: Owner): RedisConnection {
    const connection = new SimulatedConnection(this, owner);
    this.#connections.set(owner, connection);
    owner.atEnd(() => {
      this.#connections.delete(owner);
      connection.cut();
    });
    return connection;
  }

  /** All connections break, and come back by themselves. */
  cutAll(): void {
    for (const connection of this.#connections.values()) connection.cut();
  }

  /** A process cannot reach the server for a while; others can. */
  cutOff(owner: Owner, millis: number): void {
    this.#connections.get(owner)?.cutOff(this.surroundings.now() + millis);
  }

  /** The server is gone for a while, and comes back, or its replica does, without what was written lately. */
  fail({ downMillis, lostMillis }: { downMillis: number; lostMillis: number }): void {
    const { now, after } = this.surroundings;
    const moment = now() - lostMillis;
    this.#failures++;
    this.cutAll();
    after(downMillis, 'redis is back', () => {
      this.server.forgetSince(moment);
      this.#failures--;
    });
  }
}
