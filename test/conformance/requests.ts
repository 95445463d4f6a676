import { isRefusal } from '../../src/core/refusal.ts';
import type { Lane } from '../../src/request-queue/policy.ts';
import { newRequest, type RequestDraft, type SeatRequest } from '../../src/request-queue/request.ts';
import type { Running } from '../backends/backend.ts';

/** An event that no other test knows. */
export const newEvent = ({ ports }: Running) => ports.ids.nextBlock('event', 1);

export function draftOf(
  { ports }: Pick<Running, 'ports'>,
  eventId: number,
  more: Partial<RequestDraft> = {},
): RequestDraft {
  const requestId = ports.ids.ulid();
  return {
    requestId,
    eventId,
    lane: 'normal',
    userId: `buyer ${requestId}`,
    sessionId: 's',
    seatIds: [1, 2],
    admissionId: null,
    ...more,
  };
}

export function requestOf(running: Running, eventId: number, place: number): SeatRequest {
  return newRequest(draftOf(running, eventId), place, running.clock.now());
}

/** Puts a request into the queue; fails when it is refused. */
export async function accepted(
  running: Running,
  eventId: number,
  lane: Lane = 'normal',
  more: Partial<RequestDraft> = {},
): Promise<SeatRequest> {
  const draft = draftOf(running, eventId, { lane, ...more });
  const reply = await running.ports.requestStore.accept(draft, ({ ahead }) => ahead);
  if (isRefusal(reply)) throw new Error(reply.refused);
  return reply.request;
}

export const idsOf = (requests: readonly SeatRequest[]) => requests.map(({ requestId }) => requestId);
