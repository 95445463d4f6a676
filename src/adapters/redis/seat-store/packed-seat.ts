import { assert } from '../../../core/assert.ts';
import type { Hold, HoldState } from '../../../reservation/hold.ts';
import type { SeatState } from '../../../reservation/seat.ts';

/**
 * A seat with its latest claim as it stands in Redis (lua/seat-prelude.lua): text that the scripts can take apart
 * without a parser, and that costs few bytes.
 */
export type PackedSeat = string;

const STATES: Readonly<Record<string, SeatState>> = {
  A: 'AVAILABLE',
  H: 'HELD',
  P: 'PAYING',
  S: 'SOLD',
  B: 'BLOCKED',
};

const CLAIMS: Readonly<Record<string, HoldState>> = {
  H: 'HELD',
  P: 'PAYING',
  C: 'CONFIRMED',
  R: 'RELEASED',
  E: 'EXPIRED',
};

const LETTERS: Readonly<Record<HoldState, string>> = {
  HELD: 'H',
  PAYING: 'P',
  CONFIRMED: 'C',
  RELEASED: 'R',
  EXPIRED: 'E',
};

const SEATS_WITH: Readonly<Record<HoldState, string>> = {
  HELD: 'H',
  PAYING: 'P',
  CONFIRMED: 'S',
  RELEASED: 'A',
  EXPIRED: 'A',
};

/** The same seat, blocked by the organiser. */
export function blocked(seat: PackedSeat | undefined): PackedSeat {
  return `B${seat?.slice(1) ?? ''}`;
}

export function stateOfLetter(letter: string): SeatState {
  const state = STATES[letter];
  assert(state !== undefined, `no seat state has the letter ${letter}`);
  return state;
}

export function letterOf(state: HoldState): string {
  return LETTERS[state];
}

/** How a seat stands; one that nobody wrote is free. */
export function stateOf(seat: PackedSeat | null): SeatState {
  return seat === null ? 'AVAILABLE' : stateOfLetter(seat[0] as string);
}

/** The latest claim on a seat, live or ended; undefined when there was none. */
export function claimOf(eventId: number, seatId: number, seat: PackedSeat | null): Hold | undefined {
  if (seat === null || seat.length < 2) return undefined;
  const parts = seat.split(',');
  const [letters = '', ends, order = '', ended = '', holdId, fence, heldAt, latestEnd, groupId] = parts;
  const state = CLAIMS[letters[1] as string];
  assert(state !== undefined && parts.length === 12, `seat ${seatId} is written wrongly: ${letters}`);
  return {
    holdId: Number(holdId),
    eventId,
    seatId,
    userId: textOf(parts[9] as string) ?? '',
    sessionId: textOf(parts[10] as string),
    groupId: Number(groupId),
    admissionId: textOf(parts[11] as string),
    fence: Number(fence),
    state,
    heldAt: Number(heldAt),
    expiresAt: Number(ends),
    latestEnd: Number(latestEnd),
    orderId: order === '' ? null : Number(order),
    endedAt: ended === '' ? null : Number(ended),
  };
}

/** The claim that has a seat now. */
export function liveClaimOf(eventId: number, seatId: number, seat: PackedSeat | null): Hold | undefined {
  const state = stateOf(seat);
  return state === 'AVAILABLE' || state === 'BLOCKED' ? undefined : claimOf(eventId, seatId, seat);
}

/** A seat whose latest claim is this hold. */
export function packed(hold: Hold): PackedSeat {
  const { expiresAt, orderId, endedAt, holdId, fence, heldAt, latestEnd, groupId } = hold;
  const times = `${expiresAt},${orderId ?? ''},${endedAt ?? ''},${holdId},${fence},${heldAt},${latestEnd},${groupId}`;
  const texts = `${escaped(hold.userId)},${escaped(hold.sessionId)},${escaped(hold.admissionId)}`;
  return `${SEATS_WITH[hold.state]}${letterOf(hold.state)},${times},${texts}`;
}

const SPECIAL = /[%,;\n]/;
const NOTHING = '';
const EMPTY = '%';

/** Text without what parts the fields of seats and entries. Null becomes empty, and the empty text a lone mark. */
export function escaped(text: string | null): string {
  if (text === null) return NOTHING;
  if (text === '') return EMPTY;
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[%,;\n]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

export function textOf(field: string): string | null {
  if (field === NOTHING) return null;
  if (field === EMPTY) return '';
  if (!field.includes('%')) return field;
  return field.replace(/%([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
