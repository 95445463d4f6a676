import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import type { CommandKey } from '../../../src/core/command.ts';
import type { Lane } from '../../../src/request-queue/policy.ts';
import { isOver, type SeatRequest } from '../../../src/request-queue/request.ts';
import { type SaleInMemory, saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted } from '../../backends/seat-commands.ts';

export const claimant = (userId: string, key?: CommandKey) => ({
  userId,
  sessionId: null,
  admission: OPEN_ADMISSION,
  key,
});

/** A sale with one event; requests wait until `serve` lets the workers begin. */
export async function waitingQueue(seats: number, env: Record<string, string> = {}) {
  const running = await saleInMemory({ env });
  const { eventId, seatIds } = await running.openEvent(seats);
  const ask = (userId: string, seatId: number, lane: Lane = 'normal', key?: CommandKey) =>
    running.sale.requests.accept(
      { eventId, seatIds: [seatId], entitled: lane, asked: undefined },
      claimant(userId, key),
    );
  return { running, eventId, seatIds, ask, serve: () => serve(running) };
}

/** Lets the workers of this start serve. The result stops them. */
export function serve(running: SaleInMemory): () => void {
  const stop = running.sale.startJobs();
  running.clock.advance(0);
  return stop;
}

/** Waits until a request is over; real turns of the loop pass, and no time of the clock but what retries need. */
export async function overOf(running: SaleInMemory, requestId: string, userId: string): Promise<SeatRequest> {
  for (let turn = 0; turn < 2_000; turn++) {
    const { request } = granted(await running.sale.requests.request(requestId, userId));
    if (isOver(request)) return request;
    await new Promise(setImmediate);
    if (turn % 20 === 19) running.clock.advance(100);
  }
  throw new Error(`request ${requestId} does not end`);
}
