import { type Refusal, refuse } from '../core/refusal.ts';
import type { Hold } from './hold.ts';
import type { HoldHistory } from './ports/hold-history.ts';
import type { SeatStore } from './ports/seat-store.ts';

interface OwnHoldsNeeds {
  seatStore: Pick<SeatStore, 'liveHold'>;
  history: Pick<HoldHistory, 'hold'>;
}

/** A buyer's holds by their ids: live as the seat store has them, ended as the ledger remembers them. */
export class OwnHolds {
  readonly #needs: OwnHoldsNeeds;

  constructor(needs: OwnHoldsNeeds) {
    this.#needs = needs;
  }

  /** Somebody else's hold answers exactly like none. */
  async hold(holdId: number, userId: string): Promise<Hold | Refusal> {
    const { seatStore, history } = this.#needs;
    const hold = (await seatStore.liveHold(holdId)) ?? (await history.hold(holdId));
    return hold?.userId === userId ? hold : refuse('RESERVATION_NOT_FOUND');
  }

  /** Those of the holds that are his and active, by event. */
  async live(holdIds: readonly number[], userId: string): Promise<[eventId: number, holdIds: number[]][]> {
    const byEvent = new Map<number, number[]>();
    for (const holdId of new Set(holdIds)) {
      const hold = await this.#needs.seatStore.liveHold(holdId);
      if (hold?.userId !== userId || hold.state !== 'HELD') continue;
      byEvent.set(hold.eventId, [...(byEvent.get(hold.eventId) ?? []), holdId]);
    }
    return [...byEvent];
  }

  /** What to say of a hold that was live a moment ago. */
  async endedMeanwhile(holdId: number): Promise<Refusal> {
    const hold = await this.#needs.history.hold(holdId);
    return hold?.state === 'EXPIRED' ? refuse('RESERVATION_EXPIRED') : refuse('RESERVATION_NOT_ACTIVE');
  }
}
