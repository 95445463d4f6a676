import type { CatalogService } from '../catalog/service.ts';
import type { OrderedEvents } from '../order/ports/ordered-events.ts';

/** The orders ask the catalogue whether an event takes place, and until when buyers may cancel. */
export function orderedEvents(catalog: Pick<CatalogService, 'event'>): OrderedEvents {
  return {
    termsOf(eventId) {
      const event = catalog.event(eventId);
      return (
        event && {
          isCancelled: event.status === 'CANCELLED',
          cancellationDeadline: event.policy.cancellationDeadline ?? null,
        }
      );
    },
  };
}
