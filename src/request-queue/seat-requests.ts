import type { Claimant } from '../core/claimant.ts';
import type { Clock } from '../core/clock.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import type { LatestRequests } from './ports/latest-requests.ts';
import type { SeatRequest } from './request.ts';
import type { RequestQueueService, Wish } from './service.ts';

export interface SeatRequestsNeeds {
  queue: Pick<RequestQueueService, 'accept' | 'request'>;
  latest: LatestRequests;
  clock: Clock;
}

/** Requests for one seat each, which are known by their buyer and seat: the latest is meant. */
export class SeatRequests {
  readonly #needs: SeatRequestsNeeds;

  constructor(needs: SeatRequestsNeeds) {
    this.#needs = needs;
  }

  /** Takes a request into the queue; durable, and to be found, when it resolves. */
  async accept(
    wish: Omit<Wish, 'seatIds'> & { seatId: number },
    claimant: Claimant,
  ): Promise<{ requestId: string } | Refusal> {
    const { queue } = this.#needs;
    const { seatId, ...rest } = wish;
    const receipt = await queue.accept({ ...rest, seatIds: [seatId] }, claimant);
    if (isRefusal(receipt)) return receipt;
    const { requestId } = receipt;
    await afterEffect(() => this.#note(claimant.userId, seatId, requestId));
    return { requestId };
  }

  /** A request for a seat that does not exist has failed as soon as it is made. */
  acceptUnknown(seatId: number, { userId }: Claimant): Promise<void> {
    return this.#note(userId, seatId, null);
  }

  /** The latest request of a buyer for a seat; `unknown seat` for one that could never wait. */
  async latest(userId: string, seatId: number): Promise<SeatRequest | 'unknown seat' | undefined> {
    const noted = await this.#needs.latest.of(userId, seatId);
    if (!noted) return undefined;
    if (noted.requestId === null) return 'unknown seat';
    const found = await this.#needs.queue.request(noted.requestId, userId);
    // The queue forgets its ended requests after a while.
    return isRefusal(found) ? undefined : found.request;
  }

  #note(userId: string, seatId: number, requestId: string | null): Promise<void> {
    return this.#needs.latest.note({ userId, seatId, requestId, at: this.#needs.clock.now() });
  }
}
