import type { Entry, Wish } from './entry.ts';

/**
 * Whether a party that asks for `wish` can be told no because one that asked for `before` was: it wants at least as many
 * seats, of no more kinds.
 */
export function asksForNoLess(wish: Wish, before: Wish): boolean {
  return (
    wish.size >= before.size &&
    (before.section === undefined || before.section === wish.section) &&
    (before.type === undefined || before.type === wish.type) &&
    (before.maxPrice === undefined || (wish.maxPrice !== undefined && wish.maxPrice <= before.maxPrice))
  );
}

/** Whether any seats will do. */
export function wantsAny({ section, type, maxPrice }: Wish): boolean {
  return section === undefined && type === undefined && maxPrice === undefined;
}

/**
 * The next parties in the line to whom seats are offered at once, so that nobody overtakes: of unnumbered seats as many
 * as surely find room, of numbered ones the next one. Parties that surely find none are passed over; seats may come back
 * before the next are asked for, so from `passed` on nobody who asks for no less is served in this turn.
 */
export function nextParties(
  line: readonly Entry[],
  { free, unnumbered, noRoomFor, most }: Turn,
): { parties: Entry[]; through: number; passed: Wish[] } {
  const parties: Entry[] = [];
  const passed: Wish[] = [];
  const hasNoRoom = (wish: Wish) =>
    noRoomFor.some((before) => asksForNoLess(wish, before)) ||
    passed.some((before) => asksForNoLess(wish, before));
  let left = free;
  let through = 0;
  for (const entry of line) {
    const { wish, place } = entry;
    const mayShare = unnumbered && wantsAny(wish);
    const isFirst = parties.length === 0;
    if (!isFirst && (!mayShare || parties.length >= most)) break;
    through = place;
    if (hasNoRoom(wish)) continue;
    if (wish.size > left) {
      passed.push(wish);
      continue;
    }
    parties.push(entry);
    left -= wish.size;
    if (!mayShare) break;
  }
  return { parties, through, passed };
}

interface Turn {
  /** Seats that nobody has. */
  free: number;
  unnumbered: boolean;
  /** Wishes for which no room was found in this turn. */
  noRoomFor: readonly Wish[];
  /** Parties at once. */
  most: number;
}
