import type { Millis } from '../../../core/clock.ts';
import { MINUTE } from '../../../core/clock.ts';
import type { Random } from '../../../core/random.ts';
import type { Refusal } from '../../../core/refusal.ts';
import type { ReplyTo, RoomCommand, RoomView } from '../../../waiting-room/command.ts';
import type { Lane, PerLane } from '../../../waiting-room/lane.ts';
import type { LaneFigures, WaitingRoomStore } from '../../../waiting-room/ports/waiting-room-store.ts';
import type { RoomHead } from '../../../waiting-room/room.ts';
import { AnswerBox } from './answer-box.ts';
import { LedRoom, type LedRoomNeeds } from './led-room.ts';
import { ROOM_LIMITS, type RoomLimits } from './limits.ts';

export interface LedWaitingRoomsNeeds extends Omit<LedRoomNeeds, 'node' | 'box' | 'limits'> {
  random: Random;
  limits?: Partial<RoomLimits>;
}

export interface LedWaitingRooms extends WaitingRoomStore {
  /**
   * Of the rooms that there are, those which this node leads: it shall let people in. To be asked again and again, for
   * it also makes this node try to lead them all, and let go of those that are no more.
   */
  led(gated: readonly number[]): readonly number[];
  /** Answers what was asked, and gives every lead back. */
  close(): Promise<void>;
}

const NODE_BYTES = 8;
/** A room that is gone is let go of when nobody has asked for it for so long. */
const KEPT: Millis = MINUTE;

/**
 * Waiting rooms that several nodes share. Of each room one node is the lead: it holds a lease, runs the rules in its
 * memory and writes to the ledger under its fence. The others send it each command whole, over Redis. While nobody
 * leads, everything is refused. People are let in by the lead alone: a `let_in` that minds the stock is refused elsewhere,
 * definitely, for the lead has its own; one that does not is asked of the lead like everything else.
 */
export function ledWaitingRooms(needs: LedWaitingRoomsNeeds): LedWaitingRooms {
  return new Rooms(needs);
}

class Rooms implements LedWaitingRooms {
  readonly #needs: LedRoomNeeds;
  /** As many as the house has events with a waiting room. */
  readonly #rooms = new Map<number, LedRoom>();

  constructor({ random, limits, ...needs }: LedWaitingRoomsNeeds) {
    const node = random.hex(NODE_BYTES);
    const box = new AnswerBox(needs.connection, node);
    this.#needs = { ...needs, node, box, limits: { ...ROOM_LIMITS, ...limits } };
  }

  async execute<C extends RoomCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    const reply = await this.#room(command.eventId).ask({ ask: 'execute', command });
    return reply as ReplyTo<C> | Refusal;
  }

  view(eventId: number): Promise<RoomView | undefined> {
    return this.#room(eventId).view();
  }

  async head(eventId: number): Promise<RoomHead | undefined> {
    return (await this.#room(eventId).ask({ ask: 'head' })) as RoomHead | undefined;
  }

  async figures(eventId: number): Promise<PerLane<LaneFigures> | undefined> {
    return (await this.#room(eventId).ask({ ask: 'figures' })) as PerLane<LaneFigures> | undefined;
  }

  async arrivals(eventId: number, lane: Lane, from: number, limit: number): Promise<readonly string[]> {
    return (await this.#room(eventId).ask({ ask: 'arrivals', lane, from, limit })) as string[];
  }

  led(gated: readonly number[]): readonly number[] {
    const wanted = new Set(gated);
    for (const [eventId, room] of this.#rooms) {
      if (wanted.has(eventId) || room.unaskedFor < KEPT) continue;
      this.#rooms.delete(eventId);
      void room.close();
    }
    return gated.filter((eventId) => this.#room(eventId).lead());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map((room) => room.close()));
    this.#needs.box.close();
  }

  #room(eventId: number): LedRoom {
    const room = this.#rooms.get(eventId) ?? new LedRoom(eventId, this.#needs);
    this.#rooms.set(eventId, room);
    return room;
  }
}
