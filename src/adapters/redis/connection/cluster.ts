import { ErrorReply } from '@redis/client';
import { SLOTS, type SlotMap, slotMap, slotOf } from './cluster-slots.ts';
import { dataGreeting, Unsuitable } from './greeting.ts';
import { Link } from './link.ts';
import { type Address, nameOf } from './options.ts';
import type { Servers, ServersNeeds } from './servers.ts';

const LOOK_EVERY_MILLIS = 1_000;
/** Nodes of a cluster that we keep a link to; the masters come first. */
const NODES_MAX = 1_000;
const ASKED_AT_ONCE = 5;

/** The cluster as one node sees it. */
interface View {
  rank: number;
  trouble: unknown;
  map?: SlotMap;
}

/** All nodes of a cluster, and which of them has which slot. Replicas are linked too: one may be promoted any time. */
export function clusterServers(seeds: readonly Address[], needs: ServersNeeds): Servers {
  return new ClusterServers(seeds, needs);
}

class ClusterServers implements Servers {
  readonly #needs: ServersNeeds;
  readonly #nodes = new Map<string, Link>();
  readonly #seeds: readonly Address[];
  readonly #timer: NodeJS.Timeout;
  #slots: (Link | undefined)[] = new Array(SLOTS);
  #masters: Link[] = [];
  #map = '';
  #looking: Promise<void> | undefined;
  #closed = false;
  #trouble: unknown;

  constructor(seeds: readonly Address[], needs: ServersNeeds) {
    this.#needs = needs;
    this.#seeds = seeds;
    for (const address of seeds) this.#node(address);
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MILLIS);
  }

  get links(): readonly Link[] {
    return this.#masters;
  }

  linkOf(key: string): Link | undefined {
    return this.#slots[slotOf(key)];
  }

  trouble(): { at: string; cause: unknown } | undefined {
    const at = this.#seeds.map(nameOf).join(', ');
    if (this.#trouble) return { at, cause: this.#trouble };
    if (this.#masters.length === 0) {
      const [first] = this.#nodes.values();
      return { at, cause: first?.failure ?? new Error('not connected yet') };
    }
    const down = this.#masters.find(({ isUp }) => !isUp);
    return down && { at: down.name, cause: down.failure };
  }

  refused(message: string, link: Link): { link: Link; before: string[][] } | undefined {
    const [word, , where = ''] = message.split(' ', 3);
    if (word === 'CLUSTERDOWN' || word === 'READONLY' || word === 'MOVED') void this.#look();
    if (word === 'TRYAGAIN') return { link, before: [] };
    if (word !== 'MOVED' && word !== 'ASK') return undefined;
    const colon = where.lastIndexOf(':');
    const host = where.slice(0, colon) || link.address.host;
    const node = this.#node({ host, port: Number(where.slice(colon + 1)) });
    return { link: node, before: word === 'ASK' ? [['ASKING']] : [] };
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const link of this.#nodes.values()) link.close();
  }

  #node(address: Address): Link {
    const name = nameOf(address);
    let link = this.#nodes.get(name);
    if (!link) {
      const { access, limits, onChange } = this.#needs;
      const onUp = () => {
        void this.#look();
        onChange();
      };
      const onDown = () => void this.#look();
      link = new Link({
        address,
        access,
        limits,
        protocol: 2 as const,
        onUp,
        onDown,
        ...dataGreeting('any'),
      });
      this.#nodes.set(name, link);
    }
    return link;
  }

  /** One look at a time. */
  #look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Of some nodes the one that knows of the latest election is believed: one that was cut off is behind. */
  async #read(): Promise<void> {
    const up = [...this.#nodes.values()].filter(({ isUp }) => isUp);
    const asked = shuffled(up).slice(0, ASKED_AT_ONCE);
    const views = (await Promise.all(asked.map((link) => this.#view(link)))).filter(
      (view) => view !== undefined,
    );
    const [latest] = views.sort((left, right) => right.rank - left.rank);
    if (!latest || this.#closed) return;
    this.#trouble = latest.trouble;
    if (latest.map) this.#take(latest.map);
  }

  async #view(link: Link): Promise<View | undefined> {
    try {
      const [info, slots] = await Promise.all([
        link.send<string>(['CLUSTER', 'INFO']),
        link.send<Parameters<typeof slotMap>[0]>(['CLUSTER', 'SLOTS']),
      ]);
      const trouble = troubleIn(info);
      const isWell = trouble === undefined ? 0.5 : 0;
      return {
        rank: numberIn(info, 'cluster_current_epoch') + isWell,
        trouble,
        map: slotMap(slots, link.address),
      };
    } catch (error) {
      return error instanceof ErrorReply ? { rank: -1, trouble: noCluster(error) } : undefined;
    }
  }

  #take({ ranges, nodes }: ReturnType<typeof slotMap>): void {
    if (nodes.size === 0) return;
    const map = JSON.stringify([ranges, [...nodes.keys()]]);
    if (map === this.#map) return;
    this.#map = map;
    const slots: (Link | undefined)[] = new Array(SLOTS);
    for (const { first, last, master } of ranges) slots.fill(this.#node(master), first, last + 1);
    for (const address of [...nodes.values()].slice(0, NODES_MAX)) this.#node(address);
    this.#slots = slots;
    this.#masters = [...new Set(ranges.map(({ master }) => this.#node(master)))];
    for (const [name, link] of this.#nodes) {
      if (nodes.has(name)) continue;
      link.close();
      this.#nodes.delete(name);
    }
    this.#needs.onChange();
  }
}

function troubleIn(info: string): unknown {
  const assigned = numberIn(info, 'cluster_slots_assigned');
  if (assigned < SLOTS) {
    return new Unsuitable(
      `the Redis Cluster covers ${assigned} of ${SLOTS} slots: give every slot a master (redis-cli --cluster fix), or name a whole cluster in REDIS_CLUSTER_NODES`,
    );
  }
  return /^cluster_state:ok/m.test(info) ? undefined : new Error('the cluster is down: part of it is lost');
}

function numberIn(info: string, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}

function shuffled<T>(items: readonly T[]): T[] {
  const dealt = items.map((item) => ({ item, at: Math.random() }));
  return dealt.sort((left, right) => left.at - right.at).map(({ item }) => item);
}

function noCluster(error: ErrorReply): unknown {
  if (!/cluster support disabled/i.test(error.message)) return error;
  return new Unsuitable(
    'Redis is not a cluster (cluster support disabled): set REDIS_URL in place of REDIS_CLUSTER_NODES',
    { cause: error },
  );
}
