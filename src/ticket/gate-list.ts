import { type Millis, SECOND } from '../core/clock.ts';
import type { Signatures } from './ports/signatures.ts';
import type { Ticket } from './ticket.ts';

/**
 * The tickets in force, for a gate without a network: a JWS (RFC 7515, compact, EdDSA) whose payload is
 * `{"event","at","tickets"}` with times in seconds since 1970. `tickets` is flat, four numbers a ticket: seat, order,
 * revision, and the second of its entry or 0. A code whose three numbers are not in it is not in force.
 */
export function gateList(
  eventId: number,
  { at, tickets }: { at: Millis; tickets: readonly Ticket[] },
  signatures: Signatures,
): string {
  const header = JSON.stringify({ alg: 'EdDSA', kid: signatures.keyId, typ: 'onrush-gate-list' });
  const payload = JSON.stringify({ event: eventId, at: seconds(at), tickets: tickets.flatMap(numbersOf) });
  const text = `${base64Url(header)}.${base64Url(payload)}`;
  return `${text}.${base64Url(String.fromCharCode(...signatures.sign(text)))}`;
}

function numbersOf({ id, entry }: Ticket): [seat: number, order: number, revision: number, usedAt: number] {
  return [id.seatId, id.orderId, id.revision, entry ? seconds(entry.at) : 0];
}

function seconds(at: Millis): number {
  return Math.floor(at / SECOND);
}

/** Of a text whose characters are bytes, as those of our JSON are. */
function base64Url(bytes: string): string {
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
