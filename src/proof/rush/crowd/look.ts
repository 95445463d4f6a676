import type { EventDetail } from '../../../contract/event.ts';
import type { Meaning } from './classify.ts';
import type { Ending } from './measures.ts';
import type { Granted, Visit } from './visit.ts';

/** The map shows nothing free: whether the shop says so, too. */
export async function anythingLeft(visit: Visit): Promise<boolean> {
  const looked = await visit.ask({
    request: { method: 'GET', path: `/api/v1/events/${visit.venue.eventId}` },
    step: 'look',
  });
  if (looked.meaning.outcome !== 'ok') return false;
  return bodyOf<EventDetail>(looked).available_seat_count > 0;
}

export function bodyOf<T>(granted: Granted): T {
  return JSON.parse(granted.answer?.body ?? 'null') as T;
}

/** What a no means to the visit: `refused`, unless it was a fault or the house was too busy. */
export function endingOf(meaning: Meaning | undefined, refused: Ending): Ending {
  if (meaning?.refusal === undefined) return meaning?.error === undefined ? refused : 'failed';
  return meaning.notNow ? 'turned-away' : refused;
}
