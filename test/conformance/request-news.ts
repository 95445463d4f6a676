import { expect, it } from 'vitest';
import type { BuyerEvent, RequestNewsListener } from '../../src/request-queue/ports/request-news.ts';
import { cancelled, newRequest, type SeatRequest } from '../../src/request-queue/request.ts';
import type { Node, Shared } from '../backends/shared.ts';
import { eventually } from '../system/eventually.ts';
import { onShared } from './on-shared.ts';

const CHANNEL = 'ticketing:{requests}:news';
let places = 0;
const request = (): SeatRequest => {
  const place = ++places;
  const draft = {
    requestId: `request ${place}`,
    eventId: 1,
    lane: 'normal' as const,
    userId: 'ann',
    sessionId: null,
    seatIds: [1, 2],
    admissionId: null,
  };
  return newRequest(draft, place, 5);
};
const expired = (seat: number): BuyerEvent => ({
  userId: 'ann',
  type: 'reservation_expired',
  data: { reservation_id: 7, event_id: 1, seat_id: seat },
});

function listener(): RequestNewsListener & { heard: SeatRequest[]; events: BuyerEvent[]; misses: number } {
  const heard: SeatRequest[] = [];
  const events: BuyerEvent[] = [];
  const made = {
    heard,
    events,
    misses: 0,
    changed: (told: SeatRequest) => void heard.push(told),
    happened: (event: BuyerEvent) => void events.push(event),
    missed: () => void made.misses++,
  };
  return made;
}

export function requestNewsConformance(all: readonly Shared[]): void {
  onShared(all, 'RequestNews', ({ nodes, running }, { manyNodes, losses }) => {
    it('changed, happened: this node hears it at once, in order', async () => {
      const [one] = (await nodes(1)) as [Node];
      const here = listener();
      one.requestNews.listen(here);
      const first = request();
      const second = cancelled(first, 6);
      const event = expired(++places);
      one.requestNews.changed([first]);
      one.requestNews.changed([second]);
      one.requestNews.happened(event);
      expect(here.heard).toEqual([first, second]);
      expect(here.events).toEqual([event]);
    });

    if (manyNodes)
      it('changed: every other node hears it, in order and as it is', async () => {
        const [one, two, three] = (await nodes(3)) as [Node, Node, Node];
        const there = [listener(), listener()] as const;
        two.requestNews.listen(there[0]);
        three.requestNews.listen(there[1]);
        // Until the nodes know of each other, nothing is told.
        await eventually(() => {
          one.requestNews.changed([request()]);
          return there.every(({ heard }) => heard.length > 0);
        }, true);
        const requests = Array.from({ length: 1_200 }, request);
        one.requestNews.changed(requests.slice(0, 1_100));
        for (const each of requests.slice(1_100)) one.requestNews.changed([each]);
        for (const { heard } of there) {
          const ours = () => heard.filter(({ place }) => place >= (requests[0]?.place ?? 0));
          await eventually(() => ours().length, requests.length);
          expect(ours()).toEqual(requests);
        }
      });

    if (manyNodes)
      it('happened: told by several nodes, and heard once by each', async () => {
        const [one, two] = (await nodes(2)) as [Node, Node];
        const [here, there] = [listener(), listener()];
        one.requestNews.listen(here);
        two.requestNews.listen(there);
        await eventually(() => {
          one.requestNews.changed([request()]);
          return there.heard.length > 0;
        }, true);
        const events = Array.from({ length: 20 }, () => expired(++places));
        for (const event of events) {
          one.requestNews.happened(event);
          two.requestNews.happened(event);
        }
        const last = expired(++places);
        one.requestNews.happened(last);
        await eventually(
          () => there.events.at(-1),
          (event) => JSON.stringify(event) === JSON.stringify(last),
        );
        expect(here.events).toEqual([...events, last]);
        expect(there.events).toEqual([...events, last]);
      });

    if (losses.includes('promote'))
      it('missed: said when the way to the news was cut', async () => {
        const [one, two] = (await nodes(2)) as [Node, Node];
        const there = listener();
        two.requestNews.listen(there);
        await eventually(() => {
          one.requestNews.changed([request()]);
          return there.heard.length > 0;
        }, true);
        await running().promote(CHANNEL);
        const heard = there.heard.length;
        await eventually(() => {
          one.requestNews.changed([request()]);
          return there.heard.length > heard && there.misses > 0;
        }, true);
      });
  });
}
