import { type Refusal, refuse } from '../core/refusal.ts';
import type { Halls } from './ports/halls.ts';
import type { HistoryEntry, HoldHistory } from './ports/hold-history.ts';
import type { SeatNow, SeatStore } from './ports/seat-store.ts';

export interface SeatEnquiriesNeeds {
  seatStore: SeatStore;
  halls: Halls;
  history: HoldHistory;
  /** Rows in one list. */
  listed: number;
}

/** Questions about seats, which change nothing. */
export class SeatEnquiries {
  readonly #needs: SeatEnquiriesNeeds;

  constructor(needs: SeatEnquiriesNeeds) {
    this.#needs = needs;
  }

  seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined> {
    return this.#needs.seatStore.seats(eventId, seatIds);
  }

  /** Seats of any events, in the order of the ids; unknown ones are left out. */
  async seatsById(seatIds: readonly number[]): Promise<SeatNow[]> {
    const byEvent = new Map<number, number[]>();
    for (const seatId of seatIds) {
      const eventId = await this.#needs.halls.eventOfSeat(seatId);
      if (eventId !== undefined) byEvent.set(eventId, [...(byEvent.get(eventId) ?? []), seatId]);
    }
    const found = new Map<number, SeatNow>();
    for (const [eventId, ofEvent] of byEvent) {
      for (const seat of (await this.seats(eventId, ofEvent))?.seats ?? []) found.set(seat.seat.seatId, seat);
    }
    return seatIds.flatMap((seatId) => found.get(seatId) ?? []);
  }

  async seatHistory(seatId: number): Promise<HistoryEntry[] | Refusal> {
    const { halls, history, listed } = this.#needs;
    const eventId = await halls.eventOfSeat(seatId);
    return eventId === undefined ? refuse('SEAT_NOT_FOUND') : history.seatHistory(eventId, seatId, listed);
  }
}
