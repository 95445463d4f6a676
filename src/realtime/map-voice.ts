import type { MapPoint, Patch } from './ports/map-board.ts';
import type { MapStatus } from './ports/map-source.ts';

/** A whole map, for those whom patches cannot help any more. */
export interface WholeMap extends MapPoint {
  eventId: number;
  seats(): (readonly [seatId: number, status: MapStatus])[];
}

/** How a map is told to those who watch it. A frame is made once and sent to many. */
export interface MapVoice<F> {
  /** What a version counts: patches, or the seats in them, where each is a message by itself and must be told apart. */
  readonly counts: 'patches' | 'seats';
  /**
   * Where versions count seats, and there are as many as versions, the seats are the steps from `from` to `version`, in
   * order. Fewer are the latest state of what somebody missed.
   */
  patch(patch: Patch): F;
  startOver(map: WholeMap): F;
  /** Undefined: it is not told. */
  presence(watching: number): F | undefined;
}

/** The frames of contract/seat-map.ts. `frame` makes one of a line of JSON and of what a client repeats when it comes back. */
export function patchVoice<F>(frame: (text: string, id?: string) => F): MapVoice<F> {
  return {
    counts: 'patches',
    patch: ({ epoch, from, version, seats }) =>
      frame(JSON.stringify({ type: 'patch', epoch, from, version, seats }), `${epoch}.${version}`),
    startOver: ({ epoch, version }) =>
      frame(JSON.stringify({ type: 'resync', epoch, version }), `${epoch}.${version}`),
    presence: (watching) => frame(JSON.stringify({ type: 'presence', watching })),
  };
}
