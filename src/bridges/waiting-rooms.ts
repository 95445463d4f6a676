import { admissionTerms } from '../catalog/admission.ts';
import type { Event } from '../catalog/event.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Millis } from '../core/clock.ts';
import type { Rooms } from '../waiting-room/ports/rooms.ts';
import type { RoomTerms } from '../waiting-room/terms.ts';

const OVER: readonly Event['status'][] = ['CLOSED', 'CANCELLED'];

/** The waiting rooms ask the catalogue which events have one, and on what terms. */
export function roomsOf(catalog: CatalogService, { entryMillis }: { entryMillis: Millis }): Rooms {
  /** Terms are made once for each policy: they are asked for on every sale request. */
  const made = new WeakMap<Event['policy'], RoomTerms>();
  const termsOf = (policy: Event['policy']): RoomTerms => {
    const terms = made.get(policy) ?? { ...admissionTerms(policy.admission), entryMillis };
    made.set(policy, terms);
    return terms;
  };
  return {
    termsOf(eventId) {
      const policy = catalog.event(eventId)?.policy;
      return policy && (policy.admissionMode === 'waiting_room' ? termsOf(policy) : 'open');
    },
    gated() {
      const gated: number[] = [];
      for (const { eventId, status, policy } of catalog.all()) {
        if (policy.admissionMode === 'waiting_room' && !OVER.includes(status)) gated.push(eventId);
      }
      return gated;
    },
    nameOf: (eventId) => catalog.event(eventId)?.name ?? '',
  };
}
