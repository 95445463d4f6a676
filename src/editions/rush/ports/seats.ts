import type { Claimant } from '../../../core/claimant.ts';
import type { CommandKey } from '../../../core/command.ts';
import type { Refusal } from '../../../core/refusal.ts';
import type { StreamSocket } from '../../../http/streams/stream-socket.ts';
import type { STATUS } from '../words.ts';

export interface SeatNow {
  seat: { readonly seatId: number; readonly number: string };
  state: keyof typeof STATUS;
  claim: { readonly userId: string } | undefined;
}

export interface Seats {
  /** By section, row and number, or the named ones; undefined when there is no such event. */
  seats(eventId: number, seatIds?: readonly number[]): Promise<{ seats: readonly SeatNow[] } | undefined>;
}

/** What a buyer has: one seat at a time, one ticket at the event. */
export interface Purchases {
  /**
   * The only seat that he holds: what he held before is given back in the same step. `before` is what he believes that
   * this was.
   */
  hold(
    eventId: number,
    seatId: number,
    buyer: Claimant,
    manner: { before?: number },
  ): Promise<object | Refusal>;
  release(eventId: number, seatId: number, buyer: Claimant): Promise<object | Refusal>;
  /** Orders, pays and confirms the seat that he holds; the same again answers the same. */
  pay(
    purchase: { eventId: number; seatId: number; userId: string; paymentId: string },
    key: CommandKey | undefined,
  ): Promise<object | Refusal>;
  /** Gives back everything that he holds at the event and has not paid for. */
  leave(eventId: number, userId: string): Promise<void>;
}

export interface SeatUpdateStreams {
  exists(eventId: number): Promise<boolean>;
  watch(eventId: number, socket: StreamSocket, since: undefined): () => void;
}

export interface DemoHalls {
  /** An event on sale with the demo hall; answers its id, the same for the same key. */
  make(key: CommandKey | undefined): Promise<number | Refusal>;
}
