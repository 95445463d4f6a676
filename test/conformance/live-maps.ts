import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { MapFrame } from '../../src/contract/seat-map.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { patchVoice } from '../../src/realtime/map-voice.ts';
import type { MapSeat, MapStatus } from '../../src/realtime/ports/map-source.ts';
import type { Watcher } from '../../src/realtime/ports/watcher.ts';
import { LiveMapService } from '../../src/realtime/service.ts';
import { dice } from '../backends/dice.ts';
import type { Node, Shared } from '../backends/shared.ts';
import { onShared } from './on-shared.ts';

const SEATS = 40;
const STATUSES: MapStatus[] = ['AVAILABLE', 'RESERVED', 'BOOKED', 'BLOCKED'];
const LETTERS: Record<string, MapStatus> = {
  A: 'AVAILABLE',
  R: 'RESERVED',
  B: 'BOOKED',
  X: 'BLOCKED',
};
let events = 5_000;

/** The seats' authority: tells every node of every move, in order. */
class House {
  readonly eventId = ++events;
  epoch = 1;
  readonly statuses: MapStatus[] = Array.from({ length: SEATS }, () => 'AVAILABLE');
  readonly told = new Set<LiveMapService<string>>();

  mapsOn(node: Node): LiveMapService<string> {
    const maps: LiveMapService<string> = new LiveMapService<string>({
      board: node.board,
      leases: node.leases,
      clock: systemClock(),
      voice: patchVoice((text) => text),
      limits: { keptPatches: 50, laggingBytes: 1e6, laggingMillis: 1_000 },
      source: {
        read: async () => ({
          epoch: this.epoch,
          currency: 'USD',
          seats: this.statuses.map((status, index) => seatOf(index + 1, status)),
        }),
      },
    });
    this.told.add(maps);
    return maps;
  }

  move(seatId: number, status: MapStatus): void {
    this.statuses[seatId - 1] = status;
    for (const maps of this.told) maps.seatsChanged(this.eventId, [[seatId, status]]);
  }

  reload(): void {
    this.epoch++;
    for (const maps of this.told) maps.seatsReloaded(this.eventId, this.epoch);
  }
}

function seatOf(seatId: number, status: MapStatus): MapSeat {
  const place = { section: null, row: 'A', x: null, y: null };
  return { seatId, number: `A${seatId}`, type: 'REGULAR', price: 100_00, ...place, status };
}

/** A client as the contract wants it. Fails on a step back, on a gap, or on two maps of one version that differ. */
class Client implements Watcher<string> {
  epoch = 0;
  version = -1;
  statuses: MapStatus[] = [];
  wantsSnapshot = true;
  watching = 0;
  resyncs = 0;
  readonly #seen: Map<string, string>;

  constructor(seen: Map<string, string>) {
    this.#seen = seen;
  }

  async join(maps: LiveMapService<string>, eventId: number): Promise<void> {
    await this.take(maps, eventId);
    maps.watch(eventId, this, { epoch: this.epoch, version: this.version });
  }

  async take(maps: LiveMapService<string>, eventId: number): Promise<void> {
    const snapshot = await maps.snapshot(eventId);
    if (isRefusal(snapshot)) throw new Error(snapshot.refused);
    const map = JSON.parse(snapshot.text) as { epoch: number; version: number; statuses: string };
    expect(map.epoch, 'invariant 35').toBeGreaterThanOrEqual(this.epoch);
    if (map.epoch === this.epoch) expect(map.version, 'invariant 35').toBeGreaterThanOrEqual(this.version);
    this.#stand(
      map,
      [...map.statuses].map((letter) => LETTERS[letter] as MapStatus),
    );
    this.wantsSnapshot = false;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as MapFrame;
    if (frame.type === 'presence') this.watching = frame.watching;
    else if (frame.type === 'resync') {
      this.resyncs++;
      this.wantsSnapshot = true;
    } else if (!this.wantsSnapshot && !(frame.epoch === this.epoch && frame.version <= this.version)) {
      expect([frame.epoch, frame.from], 'no gap').toEqual([this.epoch, this.version]);
      const statuses = [...this.statuses];
      for (const [seatId, status] of frame.seats) statuses[seatId - 1] = status as MapStatus;
      this.#stand(frame, statuses);
    }
  }

  bufferedBytes(): number {
    return 0;
  }

  close(): void {
    throw new Error('nobody lags here');
  }

  #stand({ epoch, version }: { epoch: number; version: number }, statuses: MapStatus[]): void {
    Object.assign(this, { epoch, version, statuses });
    const point = `${epoch}.${version}`;
    const text = statuses.join();
    expect(this.#seen.get(point) ?? text, `invariant 34: one map at ${point}`).toBe(text);
    this.#seen.set(point, text);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it does not become so');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function liveMapsConformance(all: readonly Shared[]): void {
  onShared(all, 'Live maps', ({ running }, { manyNodes, losses }) => {
    const count = manyNodes ? 3 : 1;
    const open = async () => {
      const house = new House();
      const nodes = await Promise.all(Array.from({ length: count }, () => running().node()));
      const all = nodes.map((node) => house.mapsOn(node));
      const seen = new Map<string, string>();
      const clients = all.flatMap((maps) =>
        [new Client(seen), new Client(seen)].map((client) => ({ client, maps })),
      );
      await Promise.all(clients.map(({ client, maps }) => client.join(maps, house.eventId)));
      const settle = async () => {
        for (const { client, maps } of clients) {
          if (client.wantsSnapshot) await client.take(maps, house.eventId);
        }
      };
      const agree = () => clients.every(({ client }) => client.statuses.join() === house.statuses.join());
      const converge = async () => {
        await until(() => {
          void settle();
          return agree();
        });
      };
      return { house, nodes, clients, converge, seen };
    };
    const draw = dice(7);
    const moves = async (house: House, howMany: number) => {
      for (let turn = 0; turn < howMany; turn++) {
        house.move(1 + draw.below(SEATS), STATUSES[draw.below(4)] as MapStatus);
        if (turn % 5 === 0) await running().elapse(draw.below(30));
      }
    };

    it('show every client on every node the same map at the same version, and end at the truth', async () => {
      const { house, clients, converge } = await open();
      await moves(house, 200);
      await converge();
      expect(Math.min(...clients.map(({ client }) => client.version))).toBeGreaterThan(5);
      expect(clients.every(({ client }) => client.resyncs === 0)).toBe(true);
    });

    it('begin again for everybody when the seats were loaded anew', async () => {
      const { house, clients, converge } = await open();
      await moves(house, 30);
      house.reload();
      await moves(house, 30);
      await converge();
      expect(clients.every(({ client }) => client.epoch === house.epoch)).toBe(true);
    });

    it('tell how many watch on all nodes', async () => {
      const { clients } = await open();
      await until(() => clients.every(({ client }) => client.watching === clients.length));
    });

    if (!manyNodes) return;

    it('show a node that comes while seats move what the others show', async () => {
      const { house, nodes, clients, converge, seen } = await open();
      const moving = moves(house, 300);
      for (let late = 0; late < 8; late++) {
        await running().elapse(30 + draw.below(60));
        const maps = house.mapsOn(nodes[late % count] as Node);
        const client = new Client(seen);
        await client.join(maps, house.eventId);
        clients.push({ client, maps });
      }
      await moving;
      await converge();
      expect(clients.every(({ client }) => client.resyncs === 0)).toBe(true);
    });

    it('go on at the next version, without a gap or a step back, when the node that leads is gone', async () => {
      const { house, nodes, clients, converge } = await open();
      await moves(house, 50);
      await converge();
      const before = Math.max(...clients.map(({ client }) => client.version));
      // Whichever leads: two of three go, one after the other, while seats move.
      for (const gone of [0, 1]) {
        (nodes[gone] as Node).die();
        const maps = (clients[2 * gone] as (typeof clients)[0]).maps;
        house.told.delete(maps);
        for (let index = clients.length; index-- > 0; ) {
          if (clients[index]?.maps === maps) clients[index] = clients.at(-1) as (typeof clients)[0];
        }
        await moves(house, 50);
      }
      await converge();
      const [last] = clients.slice(-1);
      expect(last?.client.version).toBeGreaterThan(before);
      expect(last?.client.resyncs).toBe(0);
    });

    for (const loss of losses) {
      it(`go on after ${loss}, under the higher epoch of the seats`, async () => {
        const { house, clients, converge } = await open();
        await moves(house, 50);
        if (loss === 'forget') await running().forget();
        else await running().promote(`ticketing:{${house.eventId}}:`);
        await moves(house, 20);
        house.reload();
        await moves(house, 20);
        await converge();
        expect(clients.every(({ client }) => client.epoch === house.epoch)).toBe(true);
      });
    }
  });
}
