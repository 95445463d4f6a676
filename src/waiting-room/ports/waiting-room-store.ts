import type { Refusal } from '../../core/refusal.ts';
import type { ReplyTo, RoomCommand, RoomView } from '../command.ts';
import type { Lane, PerLane } from '../lane.ts';
import type { RoomHead } from '../room.ts';

/** Figures for the organiser. */
export interface LaneFigures {
  waiting: number;
  ready: number;
  active: number;
  admittedPerMinute: number;
  left: number;
  noShows: number;
  /** When the one who has waited longest came. */
  oldestJoin: number | null;
}

/**
 * The authority on who has which place and who may come in. It supplies the time of every decision; everything about
 * one event is kept together. Every method may throw Unavailable.
 */
export interface WaitingRoomStore {
  /**
   * Decides a command; atomic: all of it or nothing. Ordered: commands on an event are decided in the order of arrival.
   * `establish`: the first one counts, and what it committed to is durable before the reply.
   * `join`: idempotent per person, at a cost that does not grow with the crowd; before the reply the place is durable,
   * or can be put back by `restore`. A position never rises.
   * `enter`: a call is exchanged for a session at most once, whoever asks at the same time.
   * `let_in`: exact over all nodes: in no window more than rate * window + burst are called, and never more than
   * active_max are called or inside. A call is durable before anybody hears of it.
   * `leave`: frees at once. `slide`: a crash may take the last seconds of it, and gives a minute to use what is left.
   * After a loss whoever was called or inside has a minute at least, and whoever waits is here as if he had just shown up.
   * Every command but `establish` is refused with NO_WAITING_ROOM before the first `establish`.
   */
  execute<C extends RoomCommand>(command: C): Promise<ReplyTo<C> | Refusal>;
  /** The room as everybody may see it, a second old at most; undefined before `establish`. */
  view(eventId: number): Promise<RoomView | undefined>;
  /** What has been decided about the room; undefined before `establish`. As durable as what was answered before. */
  head(eventId: number): Promise<RoomHead | undefined>;
  figures(eventId: number): Promise<PerLane<LaneFigures> | undefined>;
  /**
   * The users who take part in a lane's draw, by number from `from` on, at most `limit`: those who came before the
   * opening, also after they left. Durable: a number that was told once is never another's.
   */
  arrivals(eventId: number, lane: Lane, from: number, limit: number): Promise<readonly string[]>;
}
