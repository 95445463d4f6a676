import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { PartyWish } from './free-seats.ts';
import type { ReservationLimits } from './hold-terms.ts';
import type { Halls } from './ports/halls.ts';
import type { SeatNow, SeatStore } from './ports/seat-store.ts';

/** How often seats are looked for again when those that were found were taken meanwhile. */
const TRIES_MAX = 5;

/** The best seats for a party: where they are, and what to offer instead. */
export class BestSeats {
  readonly #seatStore: Pick<SeatStore, 'offer' | 'seats'>;
  readonly #halls: Pick<Halls, 'terms'>;
  readonly #limits: Pick<ReservationLimits, 'seatsPerHold'>;

  constructor(needs: {
    seatStore: Pick<SeatStore, 'offer' | 'seats'>;
    halls: Pick<Halls, 'terms'>;
    limits: Pick<ReservationLimits, 'seatsPerHold'>;
  }) {
    this.#seatStore = needs.seatStore;
    this.#halls = needs.halls;
    this.#limits = needs.limits;
  }

  /** Without holding anything; refused with the best alternative when they are not to be had side by side. */
  async find(eventId: number, wish: PartyWish): Promise<SeatNow[] | Refusal> {
    const limit = this.#limits.seatsPerHold;
    if (wish.size > limit) return refuse('TOO_MANY_SEATS', { limit });
    if (!(await this.#halls.terms(eventId))) return refuse('EVENT_NOT_FOUND');
    const { together } = await this.#seatStore.offer(eventId, wish);
    if (!together) return this.alternative(eventId, wish);
    return (await this.#seatStore.seats(eventId, together))?.seats ?? [];
  }

  /**
   * Where others wait: seats are looked for first and then held by their names, so that none is taken that comes back
   * in between. `hold` is handed none when there are none, to say whether one might have tried.
   */
  async behindLine<R>(
    eventId: number,
    wish: PartyWish,
    hold: (seatIds: readonly number[]) => Promise<R | Refusal>,
  ): Promise<R | Refusal> {
    const limit = this.#limits.seatsPerHold;
    if (wish.size > limit) return refuse('TOO_MANY_SEATS', { limit });
    for (let tries = 1; ; tries++) {
      const { together } = await this.#seatStore.offer(eventId, wish);
      const held = await hold(together ?? []);
      const isGone = isRefusal(held) && held.refused === 'SEATS_TAKEN';
      if (!isGone || tries === TRIES_MAX) return held;
    }
  }

  async alternative(eventId: number, wish: PartyWish): Promise<Refusal> {
    const { groups } = await this.#seatStore.offer(eventId, wish);
    const seats = groups && (await this.#seatStore.seats(eventId, groups.flat()))?.seats;
    const detail = { groups: groups ?? [], seats: seats ?? [] };
    return refuse('NO_ADJACENT_SEATS', { party: wish.size }, { detail });
  }
}
