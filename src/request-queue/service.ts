import type { ClaimWay } from '../core/claim-way.ts';
import type { Claimant } from '../core/claimant.ts';
import type { Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { LaneCounts } from './event-lanes.ts';
import type { Pace } from './pace.ts';
import { LANES, type Lane, laneFor } from './policy.ts';
import type { RequestDelivery } from './ports/request-delivery.ts';
import type { RequestEnquiries } from './ports/request-enquiries.ts';
import type { RequestLedger } from './ports/request-ledger.ts';
import type { RequestNews } from './ports/request-news.ts';
import type { RequestQueue } from './ports/request-queue.ts';
import type { Seats } from './ports/seats.ts';
import type { SeatRequest } from './request.ts';

/** No request has this id. */
const NOBODYS = 'none';

export interface RequestQueueNeeds {
  queue: RequestQueue;
  enquiries: RequestEnquiries;
  ledger: Pick<RequestLedger, 'dead'>;
  delivery: RequestDelivery;
  seats: Pick<Seats, 'refusalOf'>;
  news: RequestNews;
  pace: Pace;
  ids: Pick<Ids, 'ulid'>;
  once: Once;
  /** Rows in one list. */
  listed: number;
}

/** What somebody asks for. `entitled` is what the principal may have; `asked` may only lower it. */
export interface Wish {
  eventId: number;
  seatIds: readonly number[];
  entitled: Lane;
  asked: Lane | undefined;
  way?: ClaimWay;
}

/** What is answered to an accepted request, the same however often it is sent with its key. */
export interface Receipt {
  requestId: string;
  lane: Lane;
  asked: Lane | null;
  /** 1 is next. */
  position: number;
  waitSeconds: number;
}

/** A request and where it stands. */
export interface RequestNow {
  request: SeatRequest;
  /** Of a request that waits; null of any other. */
  position: number | null;
  waitSeconds: number | null;
}

export interface QueueStats {
  lanes: Record<Lane, LaneCounts>;
  waitSeconds: number;
}

/** Requests for seats that wait their turn. */
export class RequestQueueService {
  readonly #needs: RequestQueueNeeds;

  constructor(needs: RequestQueueNeeds) {
    this.#needs = needs;
  }

  /** Takes a request into the queue; durable when it resolves. The seats are looked at when its turn has come. */
  accept(wish: Wish, claimant: Claimant): Promise<Receipt | Refusal> {
    const { queue, seats, news, ids, once } = this.#needs;
    return once.run(claimant.key, async () => {
      const { eventId, seatIds, entitled, asked, way } = wish;
      const refusal = await seats.refusalOf(eventId, seatIds);
      if (refusal) return refusal;
      const { userId, sessionId, admission, key } = claimant;
      const draft = {
        requestId: ids.ulid(),
        eventId,
        lane: laneFor(entitled, asked),
        userId,
        sessionId,
        seatIds,
        admissionId: admission.kind === 'session' ? admission.admissionId : null,
        way,
      };
      const receipt = (ahead: number): Receipt => ({
        requestId: draft.requestId,
        lane: draft.lane,
        asked: asked ?? null,
        position: ahead + 1,
        waitSeconds: this.#secondsFor(eventId, ahead),
      });
      const accepted = await queue.accept(draft, ({ ahead }) => receipt(ahead), key);
      if (isRefusal(accepted)) return accepted;
      news.changed([accepted.request]);
      this.#tell([accepted.request]);
      return accepted.reply;
    });
  }

  /** Somebody else's request answers exactly like none. */
  async request(requestId: string, userId: string): Promise<RequestNow | Refusal> {
    const request = await this.#needs.enquiries.find(requestId);
    return request?.userId === userId ? this.look(request) : refuse('REQUEST_NOT_FOUND');
  }

  /** The request as it then is: cancelled, and it never had nor has an effect; or else what kept it from that. */
  async cancel(requestId: string, userId: string): Promise<SeatRequest | Refusal> {
    const { queue, enquiries, news, delivery } = this.#needs;
    const found = await enquiries.find(requestId);
    if (found?.userId !== userId) return refuse('REQUEST_NOT_FOUND');
    const request = (await queue.cancel(requestId)) ?? found;
    if (request.state === 'CANCELLED' && found.state !== 'CANCELLED') {
      news.changed([request]);
      delivery.ended([request]);
    }
    return request;
  }

  /** What the buyer has in the queues, oldest first. */
  async requestsOf(userId: string): Promise<RequestNow[]> {
    const requests = await this.#needs.enquiries.unfinishedOf(userId);
    return requests.map((request) => this.look(request));
  }

  async stats(eventId: number): Promise<QueueStats> {
    const lanes = await this.#needs.enquiries.counts(eventId);
    const waiting = LANES.reduce((sum, lane) => sum + lanes[lane].waiting, 0);
    return { lanes, waitSeconds: this.#needs.pace.secondsFor(eventId, waiting) };
  }

  /** What the queue runs on. Throws Unavailable when it does not run. */
  async health(): Promise<{ backend: string }> {
    const { delivery, enquiries } = this.#needs;
    // Anybody may ask, as often as he likes: one look by a key, whatever waits.
    await Promise.all([delivery.check(), enquiries.find(NOBODYS)]);
    return { backend: delivery.backend };
  }

  /** Organiser: requests that were given up, latest first, with their reasons. */
  dead(): Promise<SeatRequest[]> {
    return this.#needs.ledger.dead(this.#needs.listed);
  }

  /** Organiser: a dead request waits again, at the end of its lane. */
  async replay(requestId: string): Promise<SeatRequest | Refusal> {
    const request = await this.#needs.queue.revive(requestId);
    if (!request) return refuse('REQUEST_NOT_DEAD');
    this.#needs.news.changed([request]);
    this.#tell([request]);
    return request;
  }

  /** Tells the workers again of everybody who waits: after a start, and of what a delivery lost. */
  async reconcile(): Promise<void> {
    const { enquiries, delivery } = this.#needs;
    const heads = await enquiries.heads();
    if (heads.length > 0) await delivery.tell(heads);
  }

  /** Where a request stands. */
  look(request: SeatRequest): RequestNow {
    const ahead = request.state === 'PENDING' ? this.#needs.enquiries.ahead(request) : undefined;
    return ahead === undefined
      ? { request, position: null, waitSeconds: null }
      : { request, position: ahead + 1, waitSeconds: this.#secondsFor(request.eventId, ahead) };
  }

  #secondsFor(eventId: number, ahead: number): number {
    return this.#needs.pace.secondsFor(eventId, ahead + 1);
  }

  /** The request is durable: if the delivery cannot take it now, the reconciler tells of it again. */
  #tell(requests: readonly SeatRequest[]): void {
    this.#needs.delivery.tell(requests).catch(onlyUnavailable);
  }
}
