import { formatDateTime, formatOptionalDateTime } from '../contract/date-time.ts';
import type { DrawProof } from '../contract/draw.ts';
import type {
  LineFrame,
  ProofView,
  RoomState,
  RoomStats,
  RoomSummary,
  StandingView,
} from '../contract/waiting-room.ts';
import { type Millis, SECOND } from '../core/clock.ts';
import type { RoomView, Standing } from './command.ts';
import { perLane } from './lane.ts';
import type { Eta } from './pace.ts';
import type { PlaceNews } from './place-streams.ts';
import type { RoomHead } from './room.ts';
import type { Stats, Told } from './service.ts';
import type { RoomTerms } from './terms.ts';

/** A room's address; what is asked of it stands under it. */
export const ROOM_PATH = '/api/v1/events/:id/waiting-room';

/** In the words of contract/waiting-room.ts; times as the wire shows them. */
export function standingView({
  standing,
  view,
  opensAt,
  pollMillis,
  receipt,
  entryToken,
  session,
}: Told): StandingView {
  const { lane, place, ahead, eta, until } = standing;
  return {
    status: statusOf(standing),
    lane,
    place,
    ahead,
    eta_seconds: etaView(eta),
    serving: view.serving[lane],
    poll_after_ms: pollMillis,
    receipt,
    opens_at: formatOptionalDateTime(opensAt),
    message: view.message,
    ...(entryToken !== null && { entry_token: entryToken }),
    ...(session !== null && { session }),
    ...(until !== null && { expires_at: formatDateTime(until) }),
  };
}

function statusOf({ state, place }: Standing): StandingView['status'] {
  if (state === 'WAITING') return place === null ? 'BEFORE_OPENING' : 'WAITING';
  return state === 'READY' ? 'READY' : 'ACTIVE';
}

function etaView(eta: Eta | null): StandingView['eta_seconds'] {
  return eta && { low: eta.lowSeconds, high: eta.highSeconds };
}

export function roomSummary(view: RoomView, { opensAt }: RoomTerms, pollMillis: Millis): RoomSummary {
  const { phase, serving, waiting, message } = view;
  return {
    phase,
    serving: serving.normal,
    serving_by_lane: serving,
    waiting,
    message,
    opens_at: formatOptionalDateTime(opensAt),
    poll_after_ms: pollMillis,
  };
}

export function roomState(
  { phase, message }: Pick<RoomHead, 'phase' | 'message'>,
  terms: RoomTerms,
): RoomState {
  return {
    phase,
    message,
    mode: 'waiting_room',
    opens_at: formatOptionalDateTime(terms.opensAt),
    rate_per_second: terms.ratePerSecond,
    burst: terms.burst,
    active_max: terms.activeMax,
    session_seconds: terms.sessionMillis / SECOND,
    absent_seconds: terms.absentMillis / SECOND,
    lanes: perLane((lane) => ({ weight: terms.weights[lane] })),
    queue_max: terms.queueMax,
    when_lost: terms.whenLost,
    inventory_aware: terms.inventoryAware,
    beacon_source: terms.beaconSource,
  };
}

export function statsView({ head, terms, lanes, limit }: Stats, now: Millis): RoomStats {
  return {
    phase: head.phase,
    lanes: perLane((lane) => {
      const { waiting, ready, active, admittedPerMinute, left, noShows, oldestJoin } = lanes[lane];
      const oldest = oldestJoin === null ? null : Math.max(0, Math.floor((now - oldestJoin) / SECOND));
      return {
        waiting,
        ready,
        active,
        left,
        admitted_per_minute: admittedPerMinute,
        no_shows: noShows,
        oldest_wait_seconds: oldest,
      };
    }),
    limits: {
      rate_per_second: terms.ratePerSecond,
      burst: terms.burst,
      active_max: terms.activeMax,
      queue_max: terms.queueMax,
      inventory_aware: terms.inventoryAware,
    },
    binds: limit,
  };
}

export function proofView(proof: DrawProof & { committed_at: Millis }): ProofView {
  return { ...proof, lanes: [...proof.lanes], committed_at: formatDateTime(proof.committed_at) };
}

export function placeFrame(news: PlaceNews): LineFrame {
  switch (news.type) {
    case 'INIT':
      return { type: 'INIT', ...standingView(news.told) };
    case 'RANK_UPDATE': {
      const { status, place, ahead, eta_seconds } = standingView(news.told);
      return { type: 'RANK_UPDATE', status, place, ahead, eta_seconds };
    }
    case 'SERVING': {
      const { lane, view } = news;
      const { phase, message, serving, ratePerMinute } = view;
      return {
        type: 'SERVING',
        lane,
        serving: serving[lane],
        rate_per_minute: ratePerMinute[lane],
        phase,
        message,
      };
    }
    case 'ACTIVE':
      return { type: 'ACTIVE', entry_token: news.entryToken, expires_at: formatDateTime(news.until) };
    case 'KEEPALIVE':
      return { type: 'KEEPALIVE', at: formatDateTime(news.at) };
  }
}
