import { formatDateTime, formatOptionalDateTime } from '../contract/date-time.ts';
import type { WaitlistInput, WaitlistPage, WaitlistView } from '../contract/waitlist.ts';
import type { Millis } from '../core/clock.ts';
import { formatMoney, moneyOf } from '../core/money.ts';
import type { Entry, Wish } from './entry.ts';
import type { Standing } from './ports/waitlist-entries.ts';
import type { LinePage } from './service.ts';

export function wishOf({ party_size, section, seat_type, max_price }: WaitlistInput): Wish {
  return {
    size: party_size ?? 1,
    ...(section !== undefined && { section }),
    ...(seat_type !== undefined && { type: seat_type }),
    ...(max_price !== undefined && { maxPrice: moneyOf(max_price) }),
  };
}

export function standingView({ entry, ahead }: Standing): WaitlistView {
  const { wish, offer } = entry;
  return {
    event_id: entry.eventId,
    user_id: entry.userId,
    status: entry.state,
    position: entry.state === 'WAITING' ? ahead + 1 : null,
    party_size: wish.size,
    section: wish.section ?? null,
    seat_type: wish.type ?? null,
    max_price: wish.maxPrice === undefined ? null : formatMoney(wish.maxPrice),
    joined_at: formatDateTime(entry.joinedAt),
    offer: offer && {
      reservation_ids: [...offer.holdIds],
      seat_ids: [...offer.seatIds],
      offered_at: formatDateTime(offer.at),
      answer_by: formatOptionalDateTime(offer.answerBy),
      expires_at: formatDateTime(offer.expiresAt),
    },
    reason: entry.reason,
    ended_at: formatOptionalDateTime(entry.endedAt),
  };
}

/** An entry that does not wait. */
export function entryView(entry: Entry): WaitlistView {
  return standingView({ entry, ahead: 0 });
}

export function pageView({ entries, ahead, waiting, offered }: LinePage, limit: number): WaitlistPage {
  let before = ahead;
  const items = entries.map((entry) => ({
    place: entry.place,
    ...standingView({ entry, ahead: entry.state === 'WAITING' ? before++ : 0 }),
  }));
  const next = entries.length < limit ? null : (entries.at(-1)?.place ?? null);
  return { items, waiting, offered, next_after: next };
}

export function standingFrame(standing: Standing, at: Millis): string {
  const data = standingView(standing);
  return JSON.stringify({ type: 'waitlist_update', data, timestamp: formatDateTime(at) });
}
