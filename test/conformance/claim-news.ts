import { expect, it } from 'vitest';
import type { SeatMove } from '../../src/reservation/claims.ts';
import type { ClaimNewsListener } from '../../src/reservation/ports/claim-news.ts';
import type { Node, Shared } from '../backends/shared.ts';
import { eventually } from '../system/eventually.ts';
import { onShared } from './on-shared.ts';

const move = (number: number): SeatMove => ({
  ordinal: 3,
  seatId: 104,
  number,
  from: 'AVAILABLE',
  to: 'HELD',
  cause: 'hold',
  hold: undefined,
  actor: 'ann',
  at: 5,
});

/** What a node was told, in its order. */
function listener(): ClaimNewsListener & { told: string[]; moves: SeatMove[] } {
  const told: string[] = [];
  const moves: SeatMove[] = [];
  return {
    told,
    moves,
    moved(eventId, epoch, heard) {
      moves.push(...heard);
      told.push(`moved ${eventId}.${epoch} ${heard.map(({ number }) => number).join()}`);
    },
    reloaded: (eventId, epoch) => void told.push(`reloaded ${eventId}.${epoch}`),
    missed: () => void told.push('missed'),
  };
}

export function claimNewsConformance(all: readonly Shared[]): void {
  onShared(all, 'ClaimNews', ({ nodes, running }, { manyNodes, losses }) => {
    it('what a node says itself, it does not hear', async () => {
      const [one] = (await nodes(1)) as [Node];
      const heard = listener();
      const end = one.claimNews.listen(heard);
      one.claimNews.moved(1, 1, [move(1)]);
      one.claimNews.reloaded(1, 2);
      await running().elapse(100);
      expect(heard.told).toEqual([]);
      end();
    });

    if (manyNodes)
      it('moved, reloaded: the other nodes hear it in the order of the teller', async () => {
        const [one, two, three] = (await nodes(3)) as [Node, Node, Node];
        const heard = [listener(), listener()] as const;
        const ends = [two.claimNews.listen(heard[0]), three.claimNews.listen(heard[1])];
        // Until the channel is heard, what is told is lost on both.
        await eventually(() => {
          one.claimNews.reloaded(6, 0);
          return heard.every(({ told }) => told.length > 0);
        }, true);
        one.claimNews.moved(7, 2, [move(10), move(11)]);
        one.claimNews.reloaded(7, 3);
        one.claimNews.moved(7, 3, [move(12)]);
        for (const { told, moves } of heard) {
          const ofEvent = () => told.filter((text) => / 7\./.test(text));
          await eventually(ofEvent, (texts) => texts.length === 3);
          expect(ofEvent()).toEqual(['moved 7.2 10,11', 'reloaded 7.3', 'moved 7.3 12']);
          expect(moves[0]).toEqual(JSON.parse(JSON.stringify(move(10))));
        }
        for (const end of ends) end();
      });

    if (manyNodes)
      it('moved: more than is worth telling is told as something to be read', async () => {
        const [one, two] = (await nodes(2)) as [Node, Node];
        const heard = listener();
        const end = two.claimNews.listen(heard);
        const many = Array.from({ length: 2_000 }, (_, number) => move(number));
        await eventually(() => {
          one.claimNews.moved(8, 4, many);
          return heard.told.includes('reloaded 8.4');
        }, true);
        expect(heard.moves).toEqual([]);
        end();
      });

    if (losses.includes('promote'))
      it('missed: said when the way to the news was cut', async () => {
        const [one, two] = (await nodes(2)) as [Node, Node];
        const heard = listener();
        const end = two.claimNews.listen(heard);
        await eventually(() => {
          one.claimNews.reloaded(9, 1);
          return heard.told.length > 0;
        }, true);
        await running().promote('ticketing:{rows}:news');
        await eventually(() => {
          one.claimNews.reloaded(9, 2);
          return heard.told.includes('reloaded 9.2') && heard.told.includes('missed');
        }, true);
        end();
      });
  });
}
