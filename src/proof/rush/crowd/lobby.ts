import type { Wire } from '../wire.ts';
import { AT_THE_OPENING } from './arrivals.ts';
import { buyerName } from './character.ts';
import type { CrowdOrder } from './crowd.ts';

/** Pages that are opened at the same time. */
const AT_ONCE = 64;

/**
 * Who sits waiting for the opening has the page open already: the event, and the line if there is one. It is before the
 * rush, so nobody counts it; and like every sale the server has been looked at before the crowd comes.
 */
export async function openPages(
  order: Pick<CrowdOrder, 'run' | 'eventId' | 'admission' | 'buyers' | 'part' | 'of'>,
  wire: Pick<Wire, 'send'>,
): Promise<void> {
  const { run, eventId, admission, buyers, part, of } = order;
  const paths = [`/api/v1/events/${eventId}`];
  if (admission === 'waiting_room') paths.push(`/api/v1/events/${eventId}/waiting-room`);
  const early = Math.round(buyers * AT_THE_OPENING);
  for (let first = part; first < early; first += AT_ONCE * of) {
    const beyond = Math.min(early, first + AT_ONCE * of);
    const opened: Promise<unknown>[] = [];
    for (let buyer = first; buyer < beyond; buyer += of) {
      const userId = buyerName(run, buyer);
      for (const path of paths) opened.push(wire.send({ method: 'GET', path, userId }));
    }
    await Promise.all(opened);
  }
}
