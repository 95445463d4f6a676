import { lettersOf } from './map-letters.ts';
import type { MapBoard, MapPoint, PublishedMap } from './ports/map-board.ts';
import type { MapRead } from './ports/map-source.ts';

/** The map of one event that stands on the board; this node begins it when none stands for the event's seats. */
export class StandingMap {
  readonly #eventId: number;
  readonly #board: MapBoard;
  /** Where this node began the map itself. */
  #begun: MapPoint | undefined;

  constructor(eventId: number, board: MapBoard) {
    this.#eventId = eventId;
    this.#board = board;
  }

  wasBegunHere({ epoch, version }: MapPoint): boolean {
    return epoch === this.#begun?.epoch && version === this.#begun.version;
  }

  /**
   * Begun with these seats if none stands for them, and after `shown`, the latest version of their epoch that is known
   * here. Undefined when it is of other seats.
   */
  async of(read: MapRead, shown: number): Promise<PublishedMap | undefined> {
    let map = await this.#board.read(this.#eventId);
    // A hall only grows: a node that had not heard of new seats began the map without them.
    const isShort = map?.epoch === read.epoch && map.statuses.length < read.seats.length;
    // A board that is behind what was shown or told here has lost it: the map is begun once more, further on.
    const isLost = map?.epoch === read.epoch && map.version < shown;
    if (!map || map.epoch < read.epoch || isShort || isLost) {
      const after = Math.max(shown, isShort ? (map?.version ?? -1) : -1);
      this.#begun = { epoch: read.epoch, version: after + 1 };
      await this.#board.begin(this.#eventId, { ...this.#begun, statuses: lettersOf(read.seats) });
      map = await this.#board.read(this.#eventId);
    }
    return map?.epoch === read.epoch && map.statuses.length === read.seats.length ? map : undefined;
  }
}
