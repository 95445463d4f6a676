import { expect, it } from 'vitest';
import type { BuyerEvent } from '../../src/realtime/ports/buyer-news.ts';
import type { Node, Shared } from '../backends/shared.ts';
import { eventually } from '../system/eventually.ts';
import { onShared } from './on-shared.ts';

let seats = 0;
const expired = (): BuyerEvent => ({
  userId: 'ann',
  type: 'reservation_expired',
  data: { reservation_id: 7, event_id: 1, seat_id: ++seats },
});

function listenerOf({ buyerNews }: Node): BuyerEvent[] {
  const heard: BuyerEvent[] = [];
  buyerNews.listen((event) => void heard.push(event));
  return heard;
}

/** Until a node knows of another, it tells it nothing. */
async function isHeardBy(teller: Node, heardThere: readonly BuyerEvent[]): Promise<void> {
  const told = new Set<unknown>();
  await eventually(() => {
    const event = expired();
    told.add(event.data.seat_id);
    teller.buyerNews.happened(event);
    return heardThere.some(({ data }) => told.has(data.seat_id));
  }, true);
}

export function buyerNewsConformance(all: readonly Shared[]): void {
  onShared(all, 'BuyerNews', ({ nodes }, { manyNodes }) => {
    it('happened: this node hears it at once, in order', async () => {
      const [one] = (await nodes(1)) as [Node];
      const here = listenerOf(one);
      const events = [expired(), expired()];
      for (const event of events) one.buyerNews.happened(event);
      expect(here).toEqual(events);
    });

    if (manyNodes)
      it('happened: told by several nodes, and heard once by each, in order', async () => {
        const [one, two] = (await nodes(2)) as [Node, Node];
        const [here, there] = [listenerOf(one), listenerOf(two)];
        await isHeardBy(one, there);
        await isHeardBy(two, here);
        const events = Array.from({ length: 1_200 }, expired);
        for (const event of events) {
          one.buyerNews.happened(event);
          two.buyerNews.happened(event);
        }
        const last = expired();
        one.buyerNews.happened(last);
        await eventually(() => JSON.stringify(there.at(-1)), JSON.stringify(last));
        const ours = (heard: readonly BuyerEvent[]) =>
          heard.filter(({ data }) => (data.seat_id as number) >= (events[0]?.data.seat_id as number));
        expect(ours(here)).toEqual([...events, last]);
        expect(ours(there)).toEqual([...events, last]);
      });
  });
}
