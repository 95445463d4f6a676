import { expect, it } from 'vitest';
import type { RequestNewsListener } from '../../src/request-queue/ports/request-news.ts';
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

function listener(): RequestNewsListener & { heard: SeatRequest[]; misses: number } {
  const heard: SeatRequest[] = [];
  const made = {
    heard,
    misses: 0,
    changed: (told: SeatRequest) => void heard.push(told),
    missed: () => void made.misses++,
  };
  return made;
}

export function requestNewsConformance(all: readonly Shared[]): void {
  onShared(all, 'RequestNews', ({ nodes, running }, { manyNodes, losses }) => {
    it('changed: this node hears it at once, in order', async () => {
      const [one] = (await nodes(1)) as [Node];
      const here = listener();
      one.requestNews.listen(here);
      const first = request();
      const second = cancelled(first, 6);
      one.requestNews.changed([first]);
      one.requestNews.changed([second]);
      expect(here.heard).toEqual([first, second]);
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
