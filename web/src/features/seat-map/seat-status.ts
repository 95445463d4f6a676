import type { STATUS_LETTERS } from '../../../../src/contract/seat-map.ts';

type StatusName = keyof typeof STATUS_LETTERS;
type StatusLetter = (typeof STATUS_LETTERS)[StatusName];

/** A seat's status as a small number, to live in a typed array. */
export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
export const BLOCKED = 3;

const NAMES: readonly StatusName[] = ['AVAILABLE', 'RESERVED', 'BOOKED', 'BLOCKED'];
const LETTERS: Record<StatusLetter, number> = { A: FREE, R: HELD, B: SOLD, X: BLOCKED };
const CODES = new Map<string, number>([
  ...NAMES.map((name, code) => [name, code] as const),
  ...Object.entries(LETTERS),
]);

/** From a snapshot's letter or a patch's word. What is not known cannot be bought: BLOCKED. */
export function statusCode(text: string): number {
  return CODES.get(text) ?? BLOCKED;
}

/** How a seat looks to this buyer: its status, unless it is chosen by or belongs to the buyer. */
export type SeatLook = StatusName | 'chosen' | 'own';

/** In the order of the look's number, which for the first four is the status code. */
export const LOOKS: readonly SeatLook[] = [...NAMES, 'chosen', 'own'];
export const CHOSEN = 4;
export const OWN = 5;

/** What the buyer has chosen and what already belongs to the buyer, as seat ids. */
export interface SeatMarks {
  readonly chosen: ReadonlySet<number>;
  readonly own: ReadonlySet<number>;
}

/** The buyer's own seats never look sold or held by somebody. */
export function lookOf(status: number, seatId: number, marks: SeatMarks): number {
  if (marks.own.has(seatId)) return OWN;
  if (marks.chosen.has(seatId)) return CHOSEN;
  return status;
}

export function lookName(look: number): SeatLook {
  return LOOKS[look] ?? 'BLOCKED';
}
