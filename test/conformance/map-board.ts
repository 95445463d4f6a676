import { expect, it } from 'vitest';
import type { BoardListener, MapBoard, NextVersion, Patch } from '../../src/realtime/ports/map-board.ts';
import type { Node, Shared } from '../backends/shared.ts';
import { onShared } from './on-shared.ts';

const SEATS = 5;
let events = 1_000;
const fresh = () => ++events;
const letters = (text: string) => Uint8Array.from(Buffer.from(text));
const mapAt = (epoch: number, version: number, text = 'A'.repeat(SEATS)) => ({
  epoch,
  version,
  statuses: letters(text),
});
/** Seat `place` becomes RESERVED; ids count from 100. */
const next = (epoch: number, from: number, place: number, fence = 1): NextVersion => ({
  patch: { epoch, from, version: from + 1, seats: [[100 + place, 'RESERVED']] },
  letters: [[place, 'R'.charCodeAt(0)]],
  fence,
});

/** What a node was told, in its order. */
function listener(): BoardListener & { told: string[]; patches: Patch[]; watching: number[] } {
  const told: string[] = [];
  const patches: Patch[] = [];
  const watching: number[] = [];
  return {
    told,
    patches,
    watching,
    patched(patch) {
      patches.push(patch);
      told.push(`patch ${patch.epoch}.${patch.version}`);
    },
    restarted: ({ epoch, version }) => void told.push(`restart ${epoch}.${version}`),
    missed: () => void told.push('missed'),
    presence: (count) => void watching.push(count),
  };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it does not become so');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const standing = async (board: MapBoard, eventId: number) => {
  const map = await board.read(eventId);
  return map && `${map.epoch}.${map.version} ${Buffer.from(map.statuses).toString()}`;
};

export function mapBoardConformance(all: readonly Shared[]): void {
  onShared(all, 'MapBoard', ({ nodes, running }, { losses }) => {
    it('begin: the map stands for every node, and everybody is told', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const eventId = fresh();
      expect(await standing(one.board, eventId)).toBeUndefined();
      const heard = listener();
      const end = await two.board.follow(eventId, heard);
      await one.board.begin(eventId, mapAt(3, 0, 'AARBX'));
      expect(await standing(two.board, eventId)).toBe('3.0 AARBX');
      await until(() => heard.told.includes('restart 3.0'));
      end();
    });

    it('begin: does nothing where a map of the same or of a later point stands', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const eventId = fresh();
      await one.board.begin(eventId, mapAt(3, 7, 'RRRRR'));
      for (const earlier of [mapAt(3, 7), mapAt(3, 0), mapAt(2, 9)]) await two.board.begin(eventId, earlier);
      expect(await standing(one.board, eventId)).toBe('3.7 RRRRR');
      await two.board.begin(eventId, mapAt(3, 8));
      await one.board.begin(eventId, mapAt(4, 0, 'BBBBB'));
      expect(await standing(two.board, eventId)).toBe('4.0 BBBBB');
    });

    it('publish: state, version and news in one step', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const eventId = fresh();
      await one.board.begin(eventId, mapAt(1, 0));
      const heard = [listener(), listener()];
      const ends = [
        await one.board.follow(eventId, heard[0] as BoardListener),
        await two.board.follow(eventId, heard[1] as BoardListener),
      ];
      expect(await one.board.publish(eventId, next(1, 0, 2))).toBe(true);
      expect(await two.board.publish(eventId, next(1, 1, 4))).toBe(true);
      expect(await standing(one.board, eventId)).toBe('1.2 AARAR');
      for (const each of heard) {
        await until(() => each.patches.length === 2);
        expect(each.patches).toEqual([next(1, 0, 2).patch, next(1, 1, 4).patch]);
      }
      for (const end of ends) end();
    });

    it('publish: of several from the same version exactly one stands', async () => {
      const crowd = await nodes(3);
      const eventId = fresh();
      await (crowd[0] as Node).board.begin(eventId, mapAt(1, 0));
      for (let version = 0; version < 10; version++) {
        const tries = crowd.map((node, place) => node.board.publish(eventId, next(1, version, place)));
        expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      }
      expect(await standing((crowd[0] as Node).board, eventId)).toContain('1.10 ');
    });

    it('publish: nothing happens at another point, in another epoch, where nothing stands, or under an older fence', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const eventId = fresh();
      expect(await one.board.publish(eventId, next(1, 0, 1))).toBe(false);
      await one.board.begin(eventId, mapAt(2, 0));
      const heard = listener();
      const end = await two.board.follow(eventId, heard);
      expect(await one.board.publish(eventId, next(2, 0, 0, 9))).toBe(true);
      for (const wrong of [next(2, 0, 1, 9), next(2, 2, 1, 9), next(1, 1, 1, 9), next(2, 1, 1, 8)]) {
        expect(await two.board.publish(eventId, wrong)).toBe(false);
      }
      expect(await two.board.publish(eventId, next(2, 1, 4, 10))).toBe(true);
      expect(await standing(one.board, eventId)).toBe('2.2 RAAAR');
      await until(() => heard.patches.length === 2);
      expect(heard.told).toEqual(['patch 2.1', 'patch 2.2']);
      end();
    });

    it('follow: tells of one event only, and of nothing more when it has ended', async () => {
      const [one] = (await nodes(1)) as [Node];
      const [eventId, other] = [fresh(), fresh()];
      for (const each of [eventId, other]) await one.board.begin(each, mapAt(1, 0));
      const [heard, still] = [listener(), listener()];
      const end = await one.board.follow(eventId, heard);
      const endStill = await one.board.follow(other, still);
      await one.board.publish(other, next(1, 0, 1));
      await one.board.publish(eventId, next(1, 0, 1));
      await until(() => heard.patches.length === 1 && still.patches.length === 1);
      end();
      await one.board.publish(eventId, next(1, 1, 2));
      await one.board.publish(other, next(1, 1, 2));
      await until(() => still.patches.length === 2);
      expect(heard.patches).toHaveLength(1);
      endStill();
    });

    it('watching: everybody is told the sum over the nodes', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const eventId = fresh();
      const heard = listener();
      const end = await two.board.follow(eventId, heard);
      await one.board.watching(eventId, 3);
      await until(() => heard.watching.includes(3));
      if (one !== two) {
        await two.board.watching(eventId, 4);
        await until(() => heard.watching.includes(7));
        await one.board.watching(eventId, 0);
        await until(() => heard.watching.at(-1) === 4);
      }
      await two.board.watching(eventId, 0);
      await until(() => heard.watching.at(-1) === 0);
      end();
    });

    for (const loss of losses) {
      it(`read: no map stands after ${loss}, and listeners are told that they may have missed some`, async () => {
        const [one] = (await nodes(1)) as [Node];
        const eventId = fresh();
        await one.board.begin(eventId, mapAt(5, 0));
        const heard = listener();
        const end = await one.board.follow(eventId, heard);
        if (loss === 'forget') await running().forget();
        else await running().promote(`ticketing:{${eventId}}:`);
        await until(async () => {
          const map = await one.board.read(eventId).catch(() => 'not yet');
          return map === undefined;
        });
        if (loss === 'promote') await until(() => heard.told.includes('missed'));
        await until(async () => {
          await one.board.begin(eventId, mapAt(6, 0, 'BBBBB')).catch(() => undefined);
          return (await standing(one.board, eventId).catch(() => undefined)) === '6.0 BBBBB';
        });
        await until(() => heard.told.includes('restart 6.0'));
        end();
      });
    }
  });
}
