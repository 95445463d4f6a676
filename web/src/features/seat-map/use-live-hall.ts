import { useEffect, useState, useSyncExternalStore } from 'react';
import type { SeatMap } from '../../../../src/contract/seat-map.ts';
import { call } from '../../lib/api/call.ts';
import { LiveHall, type LiveHallState, NOTHING_YET } from './live-hall.ts';
import { streamsOf } from './map-stream.ts';

export interface LiveHallView extends LiveHallState {
  /** For those who draw every change themselves. */
  readonly onSeats: LiveHall['onSeats'];
}

const never = () => () => {};

/** The event's map, kept up to date while the component is shown. */
export function useLiveHall(eventId: number, userId: string): LiveHallView {
  const [live, setLive] = useState<LiveHall>();
  useEffect(() => {
    const opened = new LiveHall({
      // Revalidated with its ETag, so that an unchanged map is not sent again.
      loadSnapshot: (signal) => call<SeatMap>(`/api/v1/events/${eventId}/map`, { signal, cache: 'no-cache' }),
      openStream: streamsOf(eventId, userId),
      later(run, ms) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      dice: Math.random,
    });
    setLive(opened);
    const hurry = () => document.visibilityState === 'visible' && opened.hurry();
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    return () => {
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      opened.close();
      setLive(undefined);
    };
  }, [eventId, userId]);
  const state = useSyncExternalStore(live?.subscribe ?? never, live?.state ?? (() => NOTHING_YET));
  return { ...state, onSeats: live?.onSeats ?? never };
}
