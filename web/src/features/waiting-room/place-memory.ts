import type { KeptPlace } from './line-world.ts';

const PREFIX = 'onrush.place.';

/** Kept in this browser until the buyer is in or out: the receipt puts back a place that the house lost. */
export function placeMemory(eventId: number, userId: string) {
  const name = `${PREFIX}${eventId} ${userId}`;
  return {
    read(): KeptPlace | undefined {
      const text = localStorage.getItem(name);
      return text === null ? undefined : (JSON.parse(text) as KeptPlace);
    },
    keep(place: KeptPlace | undefined): void {
      if (place) localStorage.setItem(name, JSON.stringify(place));
      else localStorage.removeItem(name);
    },
  };
}
