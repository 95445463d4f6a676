import type { CatalogService } from '../catalog/service.ts';
import { refuse } from '../core/refusal.ts';
import type { Precedence } from '../reservation/ports/precedence.ts';
import type { KnownLines } from '../waitlist/known-lines.ts';
import type { Serving } from '../waitlist/serving.ts';
import { isUnnumbered } from './waitlist-events.ts';

export interface PrecedenceNeeds {
  catalog: Pick<CatalogService, 'event'>;
  lines: KnownLines;
  serving: Serving;
}

/**
 * Unnumbered seats are all alike, so whoever comes while others wait joins the line. Of numbered ones a buyer may want
 * some that nobody waits for: the line is served first, then he may try.
 */
export function precedenceOf({ catalog, lines, serving }: PrecedenceNeeds): Precedence {
  const forLine = (eventId: number) => {
    const event = catalog.event(eventId);
    if (event && isUnnumbered(event))
      return refuse('WAITLIST_FIRST', { join_url: `/api/v1/events/${eventId}/waitlist/join` });
    return serving.serve(eventId).then(() => undefined);
  };
  return {
    refusalFor(eventId) {
      const isAny = lines.isAnyWaiting(eventId);
      if (isAny instanceof Promise) return isAny.then((any) => (any ? forLine(eventId) : undefined));
      return isAny ? forLine(eventId) : undefined;
    },
  };
}
