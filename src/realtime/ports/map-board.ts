import type { MapStatus } from './map-source.ts';

/** Where a map is in its history: versions grow by one in an epoch, and begin again in the next. */
export interface MapPoint {
  epoch: number;
  version: number;
}

/** Seats that are different since the version before. */
export interface Patch extends MapPoint {
  /** To be applied on top of this version only. */
  from: number;
  seats: readonly (readonly [seatId: number, status: MapStatus])[];
}

/** A map as the public sees it at one point of its history. */
export interface PublishedMap extends MapPoint {
  /** One letter a seat (contract STATUS_LETTERS, in ASCII), by seat id. */
  statuses: Uint8Array;
}

/** The next version of a map. */
export interface NextVersion {
  patch: Patch;
  /** The same in the map's own terms: the place of each seat in `statuses`, and its letter. */
  letters: readonly (readonly [place: number, letter: number])[];
  /** Of the lease under which this node leads the map. */
  fence: number;
}

/** What a node is told of one event's map. */
export interface BoardListener {
  /** A patch, in the order of publishing. */
  patched(patch: Patch): void;
  /** The map that stands begins at this point. */
  restarted(point: MapPoint): void;
  /** What was told lately may have been missed. */
  missed(): void;
  /** So many watch on all nodes together. */
  presence(watching: number): void;
}

/**
 * The published maps, which all nodes share: state and version of each together, so that whoever takes over leading
 * goes on exactly where the one before stopped, and no node shows a version that another shows differently.
 */
export interface MapBoard {
  /** Tells the listener from when it resolves; what happens after it is told, or `missed` is. The result ends it. */
  follow(eventId: number, listener: BoardListener): Promise<() => void>;
  /** As of one moment. Undefined when no map stands, or when the one that stood was lost with the seats it showed. */
  read(eventId: number): Promise<PublishedMap | undefined>;
  /** Puts a map in place of one that stands at an earlier point, and tells everybody. Else nothing happens. */
  begin(eventId: number, map: PublishedMap): Promise<void>;
  /**
   * State, version and news in one step. False when nothing happened: the map stands at another point than `from`, or
   * a node with a larger fence has led it.
   */
  publish(eventId: number, next: NextVersion): Promise<boolean>;
  /** This node has so many watchers now. Everybody is told the sum, nodes that fell silent left out after a while. */
  watching(eventId: number, watchers: number): Promise<void>;
}

export function isBefore(left: MapPoint, right: MapPoint): boolean {
  return left.epoch < right.epoch || (left.epoch === right.epoch && left.version < right.version);
}
