import { type Millis, SECOND } from '../core/clock.ts';
import { fromBase32, toBase32 } from './base32.ts';
import type { Signatures } from './ports/signatures.ts';
import type { Ticket, TicketId } from './ticket.ts';

/** What a code states. */
export interface Claims {
  readonly id: TicketId;
  readonly eventId: number;
  readonly issuedAt: Millis;
}

/** Names the form of the code, and keeps a ticket's signature from being taken for one on anything else. */
const FORM = 'ONR1';
/** Characters: no code of ours is nearly that long. */
const LONGEST = 300;
const KEY_ID = /^[0-9a-f]{8}$/;

/**
 * What stands in the QR code: `ONR1.<statement>.<signature>`, both parts in base32. The statement is the key id (4
 * bytes), then order, seat, revision, event and the second of issue as varints (LEB128). The signature is Ed25519 (RFC
 * 8032) over everything before the last dot, so that anybody with the public key can check it without asking us. About
 * 140 characters of a QR code's compact alphabet, so 41 modules a side.
 */
export function codeOf(ticket: Ticket, signatures: Signatures): string {
  const { id, eventId, issuedAt } = ticket;
  const numbers = [id.orderId, id.seatId, id.revision, eventId, Math.floor(issuedAt / SECOND)];
  const statement = [...bytesOfKeyId(signatures.keyId), ...numbers.flatMap(varint)];
  const text = `${FORM}.${toBase32(Uint8Array.from(statement))}`;
  return `${text}.${toBase32(signatures.sign(text))}`;
}

/** The claims of a code that one of our keys signed; undefined for anything else. */
export function claimsOf(code: string, signatures: Signatures): Claims | undefined {
  const [form, statement = '', signature = '', ...rest] =
    code.length > LONGEST ? [] : code.trim().toUpperCase().split('.');
  if (form !== FORM || rest.length > 0) return undefined;
  const stated = fromBase32(statement);
  const signed = fromBase32(signature);
  if (!stated || !signed) return undefined;
  const keyId = toHex(stated.subarray(0, 4));
  if (!KEY_ID.test(keyId) || !signatures.verify(keyId, `${FORM}.${statement}`, signed)) return undefined;
  const numbers = varints(stated.subarray(4));
  const [orderId = 0, seatId = 0, revision = 0, eventId = 0, second = 0] = numbers;
  if (numbers.length !== 5) return undefined;
  return { id: { orderId, seatId, revision }, eventId, issuedAt: second * SECOND };
}

/** Seven bits a byte, the least first; the top bit says that more follow. Without shifts: ids have up to 53 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function varints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte % 128) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    numbers.push(value);
    value = 0;
    factor = 1;
  }
  return numbers;
}

function bytesOfKeyId(keyId: string): number[] {
  return [0, 2, 4, 6].map((at) => Number.parseInt(keyId.slice(at, at + 2), 16));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
