import type { DrawProof, DrawReceipt } from '../../../../src/contract/draw.ts';
import type { SessionView, StandingView } from '../../../../src/contract/waiting-room.ts';
import { call } from './call.ts';

const pathOf = (eventId: number, step: string) => `/api/v1/events/${eventId}/waiting-room/${step}`;
const nothing = async () => undefined;

/** Takes a place, or finds the one the buyer has. `receipt` puts back a place that the house lost. */
export function joinLine(eventId: number, receipt: string | undefined): Promise<StandingView> {
  return call(pathOf(eventId, 'join'), {
    method: 'POST',
    action: `join line ${eventId}`,
    body: receipt === undefined ? {} : { receipt },
  });
}

/** How the buyer stands; a sign of life, too. Refused with NOT_IN_LINE. */
export function lookAtLine(eventId: number): Promise<StandingView> {
  return call(pathOf(eventId, 'status'));
}

/** Exchanges the entry token for a session, once; the server sets a cookie of the same meaning. */
export function enterSale(eventId: number, entryToken: string): Promise<SessionView> {
  return call(pathOf(eventId, 'enter'), {
    method: 'POST',
    action: `enter ${eventId}: ${entryToken}`,
    body: { entry_token: entryToken },
  });
}

export function showSignOfLife(eventId: number): Promise<void> {
  return call(pathOf(eventId, 'heartbeat'), {
    method: 'POST',
    action: `heartbeat ${eventId}`,
    read: nothing,
  });
}

export function leaveLine(eventId: number): Promise<void> {
  return call(pathOf(eventId, 'leave'), { method: 'POST', action: `leave line ${eventId}`, read: nothing });
}

/** What the house has published of the draw: before the opening its commitment, after it everything. */
export function drawProof(eventId: number): Promise<DrawProof> {
  return call(pathOf(eventId, 'proof'));
}

/** The buyer's part in the draw. Refused with NOT_IN_DRAW for who came after the opening. */
export function drawReceipt(eventId: number): Promise<DrawReceipt> {
  return call(pathOf(eventId, 'receipt'));
}
