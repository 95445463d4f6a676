import { plainGreeting } from './greeting.ts';
import { Link } from './link.ts';
import { type Address, nameOf, type RedisServers } from './options.ts';
import { masterLink, type Servers, type ServersNeeds } from './servers.ts';

const LOOK_EVERY_MILLIS = 500;

type SentinelServers = Extract<RedisServers, { kind: 'sentinel' }>;

/**
 * The master that the sentinels name. They are asked again and again, so that a master which they have replaced is
 * left even while it still answers; of several answers the one of the latest failover counts.
 */
export function sentinelServers(servers: SentinelServers, needs: ServersNeeds): Servers {
  return new WatchedMaster(servers, needs);
}

class WatchedMaster implements Servers {
  readonly #servers: SentinelServers;
  readonly #needs: ServersNeeds;
  readonly #sentinels: Link[];
  readonly #timer: NodeJS.Timeout;
  #master: Link | undefined;
  #epoch = -1;
  #looking = false;
  #closed = false;

  constructor(servers: SentinelServers, needs: ServersNeeds) {
    this.#servers = servers;
    this.#needs = needs;
    const { username, password } = servers;
    const { tls } = needs.access;
    const access = {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(tls && { tls }),
    };
    this.#sentinels = servers.sentinels.map(
      (address) =>
        new Link({
          address,
          access,
          limits: needs.limits,
          protocol: 2 as const,
          ...plainGreeting(),
          onUp: () => void this.#look(),
        }),
    );
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MILLIS);
  }

  get links(): readonly Link[] {
    return this.#master ? [this.#master] : [];
  }

  linkOf(): Link | undefined {
    return this.#master;
  }

  trouble(): { at: string; cause: unknown } | undefined {
    if (this.#master?.isUp) return undefined;
    if (this.#master) return { at: this.#master.name, cause: this.#master.failure };
    const at = this.#servers.sentinels.map(nameOf).join(', ');
    const isUp = this.#sentinels.some((each) => each.isUp);
    const unknown = new Error(`they watch no master "${this.#servers.master}", see REDIS_SENTINEL_MASTER`);
    return { at, cause: isUp ? unknown : this.#sentinels[0]?.failure };
  }

  refused(message: string, link: Link): undefined {
    if (!message.startsWith('READONLY')) return undefined;
    link.drop(new Error('it is a replica'));
    void this.#look();
    return undefined;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const link of [...this.#sentinels, ...this.links]) link.close();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const answers = await Promise.all(
        this.#sentinels.filter(({ isUp }) => isUp).map((each) => this.#ask(each)),
      );
      for (const answer of answers) if (answer) this.#follow(answer);
    } finally {
      this.#looking = false;
    }
  }

  async #ask(sentinel: Link): Promise<{ address: Address; epoch: number } | undefined> {
    try {
      const fields = await sentinel.send<string[]>(['SENTINEL', 'MASTER', this.#servers.master]);
      const field = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
      return {
        address: { host: field('ip'), port: Number(field('port')) },
        epoch: Number(field('config-epoch')),
      };
    } catch {
      return undefined;
    }
  }

  #follow({ address, epoch }: { address: Address; epoch: number }): void {
    if (this.#closed || epoch < this.#epoch) return;
    this.#epoch = epoch;
    if (this.#master?.name === nameOf(address)) return;
    this.#master?.close();
    this.#master = masterLink(address, this.#needs);
  }
}
