import {
  type BoardListener,
  isBefore,
  type MapBoard,
  type PublishedMap,
} from '../../realtime/ports/map-board.ts';

/** Of the one process there is: whoever listens is told in the same turn, and nothing is serialised. */
export function embeddedMapBoard(): MapBoard {
  const maps = new Map<number, PublishedMap & { fence: number }>();
  const listeners = new Map<number, Set<BoardListener>>();
  const tell = (eventId: number, about: (listener: BoardListener) => void) => {
    for (const listener of listeners.get(eventId) ?? []) about(listener);
  };
  return {
    async follow(eventId, listener) {
      const following = listeners.get(eventId) ?? new Set();
      listeners.set(eventId, following.add(listener));
      return () => void following.delete(listener);
    },
    async read(eventId) {
      const map = maps.get(eventId);
      return map && { epoch: map.epoch, version: map.version, statuses: map.statuses.slice() };
    },
    async begin(eventId, map) {
      const standing = maps.get(eventId);
      if (standing && !isBefore(standing, map)) return;
      maps.set(eventId, { ...map, statuses: map.statuses.slice(), fence: standing?.fence ?? 0 });
      tell(eventId, (listener) => listener.restarted(map));
    },
    async publish(eventId, { patch, letters, fence }) {
      const map = maps.get(eventId);
      if (map?.epoch !== patch.epoch || map.version !== patch.from || map.fence > fence) return false;
      map.fence = fence;
      map.version = patch.version;
      for (const [place, letter] of letters) map.statuses[place] = letter;
      tell(eventId, (listener) => listener.patched(patch));
      return true;
    },
    async watching(eventId, watchers) {
      tell(eventId, (listener) => listener.presence(watchers));
    },
  };
}
