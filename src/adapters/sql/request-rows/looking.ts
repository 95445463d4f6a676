import type { Clock, Millis } from '../../../core/clock.ts';
import type { LaneCounts } from '../../../request-queue/event-lanes.ts';
import { LANES, type Lane } from '../../../request-queue/policy.ts';
import type { SeatRequest } from '../../../request-queue/request.ts';
import type { Database } from '../database.ts';
import { type RequestRecord, shownRequest } from '../requests/request-row.ts';
import type { KnownLanes } from './known-lanes.ts';
import {
  HEAD,
  type HeadRecord,
  headOf,
  OPEN,
  TAIL,
  type TailRecord,
  tailOf,
  UNFINISHED,
  viewsOf,
} from './lanes-of-event.ts';

/** What is known of an event's lanes is read again after this. */
const KNOWN_FOR: Millis = 200;
const EVENTS_AT_ONCE = 20;
const EVENTS_TOLD_MAX = 1_000;
const GAPS_READ_MAX = 10_000;

const SHOWN = `SELECT seat_request.*, claim.through FROM seat_request
  LEFT JOIN seat_request_claim claim ON claim.event_id = seat_request.event_id AND claim.lane = seat_request.lane`;
const ONE = `${SHOWN} WHERE request_id = ?`;
const OF_BUYER = `${SHOWN} WHERE ${OPEN} AND user_id = ? ORDER BY accepted_at, place`;
const GAPS = 'SELECT lane, place FROM request_gap WHERE event_id = ? ORDER BY lane, place LIMIT ?';
const WITH_WORKERS = LANES.map(
  (lane) => `(SELECT count(*) FROM seat_request
    WHERE event_id = ? AND ${UNFINISHED} AND lane = '${lane}' AND place <= ?) AS ${lane}_lane`,
).join(', ');
/** Those that a live worker serves are left out: he goes on until nobody waits. */
const UNSERVED = `SELECT tail.event_id FROM request_tail tail JOIN request_head head ON head.event_id = tail.event_id
  WHERE tail.accepted > head.ended AND (head.holder IS NULL OR head.held_until <= ?) LIMIT ?`;
const FIRST = `${SHOWN} WHERE seat_request.event_id = ? AND ${UNFINISHED}
  ORDER BY seat_request.lane, seat_request.place LIMIT 1`;

type ShownRecord = RequestRecord & { through: number | null };

export interface LookingNeeds {
  database: Database;
  clock: Clock;
  known: KnownLanes;
}

/** How requests and lanes stand in the rows; what is seen of lanes is remembered for who must know at once. */
export class Looking {
  readonly #needs: LookingNeeds;
  readonly #refreshing = new Map<number, Promise<void>>();

  constructor(needs: LookingNeeds) {
    this.#needs = needs;
  }

  async find(requestId: string): Promise<SeatRequest | undefined> {
    const [row] = await this.#needs.database.query<ShownRecord>(ONE, [requestId]);
    const request = row && shownRequest(row);
    if (request?.state === 'PENDING') await this.#refreshOld(request.eventId);
    return request;
  }

  async unfinishedOf(userId: string): Promise<SeatRequest[]> {
    const rows = await this.#needs.database.query<ShownRecord>(OF_BUYER, [userId]);
    const requests = rows.map(shownRequest);
    await Promise.all([...new Set(requests.map(({ eventId }) => eventId))].map((id) => this.#refreshOld(id)));
    return requests;
  }

  async counts(eventId: number): Promise<Record<Lane, LaneCounts>> {
    const { database } = this.#needs;
    const [[headRow], [tailRow]] = await Promise.all([
      database.query<HeadRecord>(HEAD, [eventId]),
      database.query<TailRecord>(TAIL, [eventId]),
    ]);
    const none = { waiting: 0, claimed: 0 };
    if (!headRow || !tailRow) return { high: none, normal: none, low: none };
    const head = headOf(headRow);
    const tail = tailOf(tailRow);
    const { high, normal, low } = viewsOf(tail, head);
    const waiting = high.waiting + normal.waiting + low.waiting;
    const isAnyClaimed = tail.accepted - head.ended > waiting;
    const [claimed] = isAnyClaimed
      ? await database.query<Record<`${Lane}_lane`, number>>(
          `SELECT ${WITH_WORKERS}`,
          LANES.flatMap((lane) => [eventId, head.through[lane]]),
        )
      : [];
    return {
      high: { waiting: high.waiting, claimed: claimed?.high_lane ?? 0 },
      normal: { waiting: normal.waiting, claimed: claimed?.normal_lane ?? 0 },
      low: { waiting: low.waiting, claimed: claimed?.low_lane ?? 0 },
    };
  }

  /** Whether anybody ever waited in this event. */
  async knows(eventId: number): Promise<boolean> {
    return (await this.#needs.database.query(TAIL, [eventId])).length > 0;
  }

  /** One reading at a time for each event, whoever asks. */
  refresh(eventId: number): Promise<void> {
    let refreshing = this.#refreshing.get(eventId);
    if (!refreshing) {
      refreshing = this.#read(eventId).finally(() => this.#refreshing.delete(eventId));
      this.#refreshing.set(eventId, refreshing);
    }
    return refreshing;
  }

  /** One request of each event that nobody serves. */
  async heads(): Promise<SeatRequest[]> {
    const { database, clock } = this.#needs;
    const events = await database.query<{ event_id: number }>(UNSERVED, [clock.now(), EVENTS_TOLD_MAX]);
    const heads: SeatRequest[] = [];
    for (let first = 0; first < events.length; first += EVENTS_AT_ONCE) {
      const some = events.slice(first, first + EVENTS_AT_ONCE);
      const found = await Promise.all(
        some.map(({ event_id }) => database.query<ShownRecord>(FIRST, [event_id])),
      );
      heads.push(...found.flat().map(shownRequest));
    }
    return heads;
  }

  async #refreshOld(eventId: number): Promise<void> {
    const { known, clock } = this.#needs;
    const readAt = known.readAt(eventId);
    if (readAt === undefined || clock.now() - readAt >= KNOWN_FOR) await this.refresh(eventId);
  }

  async #read(eventId: number): Promise<void> {
    const { database, clock, known } = this.#needs;
    const readAt = clock.now();
    const [gaps, [headRow], [tailRow]] = await Promise.all([
      database.query<{ lane: Lane; place: number }>(GAPS, [eventId, GAPS_READ_MAX]),
      database.query<HeadRecord>(HEAD, [eventId]),
      database.query<TailRecord>(TAIL, [eventId]),
    ]);
    if (headRow && tailRow) known.read({ head: headOf(headRow), tail: tailOf(tailRow), gaps }, readAt);
  }
}
