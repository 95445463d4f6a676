import { LANES, type Lane, type LaneViews, nextLane } from '../../../request-queue/policy.ts';
import type { Dequeues } from '../../../request-queue/ports/request-store.ts';
import { claimed, type SeatRequest } from '../../../request-queue/request.ts';
import type { WriteRun } from '../database.ts';
import {
  PUT_CLAIM,
  PUT_REQUEST,
  type RequestRecord,
  requestRow,
  shownRequest,
} from '../requests/request-row.ts';
import type { AcceptedHere } from './accepted-here.ts';
import type { EventDesk, Round } from './event-desk.ts';
import { TAIL, type Tail, type TailRecord, tailOf, UNFINISHED, viewsOf } from './lanes-of-event.ts';

const WAITING = `FROM seat_request WHERE event_id = ? AND ${UNFINISHED} AND state = 'PENDING' AND lane = ?
  AND place > ? ORDER BY place LIMIT ?`;
const NEXT = `SELECT * ${WAITING}`;
const NEXT_NAMES = `SELECT request_id, place, revision ${WAITING}`;
const BEGUN = `SELECT * FROM seat_request WHERE event_id = ? AND ${UNFINISHED} AND lane = ? AND place <= ?
  ORDER BY place`;
const FORGET_GAPS = 'DELETE FROM request_gap WHERE event_id = ? AND lane = ? AND place <= ?';

export interface ClaimNeeds {
  /** This node, as the head names its holder. */
  me: string;
  limit: number;
  bound: number;
  /** How long a claim lasts of which nothing more is heard. */
  termMillis: number;
  accepted: Pick<AcceptedHere, 'at'>;
  dequeues: Partial<Dequeues> | undefined;
}

/** What a claim took; `served elsewhere` while another node has claimed, and neither ended it nor fallen silent. */
export type Taken = { requests: SeatRequest[]; isTakeover: boolean } | 'served elsewhere';

export async function claimNext(round: Round, desk: EventDesk, needs: ClaimNeeds): Promise<Taken> {
  const { head, now } = round;
  const isMine = head.holder === needs.me;
  if (!isMine && head.holder !== null && head.heldUntil > now) return 'served elsewhere';
  const withWorkers: ReadonlyMap<string, number> = isMine ? desk.inFlight : new Map();
  const begun = isMine && !desk.hasBegun ? [] : await begunBefore(round, withWorkers);
  const requests = begun.length > 0 ? await claimAgain(round, desk, begun) : await claimFirst(round, needs);
  const kept = [...withWorkers.keys()].filter((id) => !round.over.has(id)).length;
  const isHeld = requests.length + kept > 0;
  head.holder = isHeld ? needs.me : null;
  head.heldUntil = isHeld ? now + needs.termMillis : 0;
  return { requests, isTakeover: !isMine };
}

/** Those that were claimed and are with nobody now. */
async function begunBefore({ transaction, head }: Round, withWorkers: ReadonlyMap<string, number>) {
  const begun: SeatRequest[] = [];
  for (const lane of LANES) {
    const through = head.through[lane];
    if (through === 0) continue;
    const rows = await transaction.query<RequestRecord>(BEGUN, [head.eventId, lane, through]);
    for (const row of rows)
      if (!withWorkers.has(row.request_id)) begun.push(shownRequest({ through, ...row }));
  }
  return begun;
}

/** Under a new revision each: who had them until now ends nothing any more. */
async function claimAgain(
  { transaction }: Round,
  desk: EventDesk,
  begun: readonly SeatRequest[],
): Promise<SeatRequest[]> {
  const again = begun.map((request) => {
    const attempts = Math.min(request.attempts, desk.excused.get(request.requestId) ?? request.attempts);
    return claimed({ ...request, attempts });
  });
  await transaction.write([{ kind: PUT_REQUEST, rows: again.map(requestRow) }]);
  return again;
}

/** By the policy. Nobody's row is written: it is enough how far each lane has been claimed. */
async function claimFirst(
  round: Round,
  { limit, bound, accepted, dequeues }: ClaimNeeds,
): Promise<SeatRequest[]> {
  const { transaction, head } = round;
  const [tailRow] = await transaction.query<TailRecord>(TAIL, [head.eventId]);
  const tail = tailOf(tailRow as TailRecord);
  const picked = pick(viewsOf(tail, head), { limit, bound });
  const inLanes = new Map<Lane, SeatRequest[]>();
  const runs: WriteRun[] = [];
  for (const lane of LANES) {
    const wanted = picked.filter((each) => each.lane === lane).length;
    if (wanted === 0) continue;
    const requests = (await nextInLane(round, lane, { wanted, accepted })).map(claimed);
    inLanes.set(lane, requests);
    await goThrough(round, tail, lane, { requests, wanted });
    runs.push({ kind: PUT_CLAIM, rows: [[head.eventId, lane, head.through[lane]]] });
  }
  if (runs.length > 0) await transaction.write([{ kind: PUT_CLAIM, rows: runs.flatMap(({ rows }) => rows) }]);
  const last = picked.at(-1);
  if (last) for (const lane of LANES) head.passed[lane] = last.after[lane].passedOver;
  const next: Record<Lane, number> = { high: 0, normal: 0, low: 0 };
  return picked.flatMap(({ lane, before }) => {
    const request = inLanes.get(lane)?.[next[lane]++];
    if (request) dequeues?.dequeued?.(request, before);
    return request ?? [];
  });
}

/** Those who waited longest in a lane, as they were accepted: read as a whole only where another node accepted them. */
async function nextInLane(
  { transaction, head: { eventId, through } }: Round,
  lane: Lane,
  { wanted, accepted }: { wanted: number; accepted: Pick<AcceptedHere, 'at'> },
): Promise<SeatRequest[]> {
  const params = [eventId, lane, through[lane], wanted];
  if (accepted.at({ eventId, lane }, through[lane] + 1)) {
    const names = await transaction.query<RequestName>(NEXT_NAMES, params);
    const known = names.flatMap(({ request_id, place, revision }) => {
      const request = accepted.at({ eventId, lane }, place);
      return request?.requestId === request_id && request.revision === revision ? request : [];
    });
    if (known.length === names.length) return known;
  }
  const rows = await transaction.query<RequestRecord>(NEXT, params);
  return rows.map((row) => shownRequest({ through: null, ...row }));
}

type RequestName = Pick<RequestRecord, 'request_id' | 'place' | 'revision'>;

/** Gaps that were passed are forgotten. A lane that had fewer than it should is known to its end. */
async function goThrough(
  { transaction, head }: Round,
  { tail }: Tail,
  lane: Lane,
  { requests, wanted }: { requests: readonly SeatRequest[]; wanted: number },
): Promise<void> {
  const from = head.through[lane];
  const to = requests.length < wanted ? tail[lane] : (requests.at(-1)?.place ?? from);
  const passed = Math.min(head.gaps[lane], Math.max(0, to - from - requests.length));
  head.through[lane] = to;
  head.gaps[lane] -= passed;
  if (passed > 0) await transaction.change(FORGET_GAPS, [head.eventId, lane, to]);
}

interface Picked {
  lane: Lane;
  /** As the policy saw them. */
  before: LaneViews;
  after: LaneViews;
}

function pick(lanes: LaneViews, { limit, bound }: { limit: number; bound: number }): Picked[] {
  const picked: Picked[] = [];
  let before = lanes;
  while (picked.length < limit) {
    const lane = nextLane(before, bound);
    if (!lane) break;
    const after = afterServing(before, lane);
    picked.push({ lane, before, after });
    before = after;
  }
  return picked;
}

function afterServing(lanes: LaneViews, served: Lane): LaneViews {
  const of = (lane: Lane) => {
    const { waiting, passedOver } = lanes[lane];
    if (lane === served) return { waiting: waiting - 1, passedOver: 0 };
    return { waiting, passedOver: waiting === 0 ? 0 : passedOver + 1 };
  };
  return { high: of('high'), normal: of('normal'), low: of('low') };
}
