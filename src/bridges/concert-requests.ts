import { isRefusal } from '../core/refusal.ts';
import type { SeatRequestFacts, SeatRequests } from '../editions/concerts/ports/requests.ts';
import { isOver, type SeatRequest } from '../request-queue/request.ts';
import type { RequestStreams } from '../request-queue/request-streams.ts';
import type { SeatRequests as SeatRequestService } from '../request-queue/seat-requests.ts';

export interface ConcertRequestsNeeds {
  requests: SeatRequestService;
  streams: Pick<RequestStreams, 'watchBuyer'>;
}

const UNKNOWN_SEAT: SeatRequestFacts = { state: 'FAILED', reason: 'SEAT_NOT_FOUND' };

/** The concerts edition's requests, of one seat each. */
export function concertRequests({ requests, streams }: ConcertRequestsNeeds): SeatRequests {
  const latest = async (userId: string, seatId: number) => {
    const found = await requests.latest(userId, seatId);
    return found === 'unknown seat' ? UNKNOWN_SEAT : found && factsOf(found);
  };
  return {
    async enqueue({ eventId, seatId }, buyer, { way, isVip }) {
      if (eventId === undefined) {
        await requests.acceptUnknown(seatId, buyer);
        return undefined;
      }
      const entitled = isVip ? 'high' : 'normal';
      const accepted = await requests.accept({ eventId, seatId, entitled, asked: undefined, way }, buyer);
      return isRefusal(accepted) ? accepted : undefined;
    },
    latest,
    async whenOver(userId, seatId, over) {
      let isTold = false;
      const tell = (facts: SeatRequestFacts) => {
        if (!isTold) over(facts);
        isTold = true;
      };
      const ignore = () => undefined;
      const leave = streams.watchBuyer(userId, [], {
        status: ignore,
        position: ignore,
        over: ({ request }) => {
          if (request.seatIds.length === 1 && request.seatIds[0] === seatId) tell(factsOf(request));
        },
      });
      try {
        // What ended before the watching began.
        const now = await latest(userId, seatId);
        if (now && now.state !== 'PENDING' && now.state !== 'PROCESSING') tell(now);
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}

function factsOf(request: SeatRequest): SeatRequestFacts {
  return { state: request.state, reason: isOver(request) ? (request.reason?.refused ?? null) : null };
}
