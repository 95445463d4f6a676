import { type Millis, SECOND } from '../../../core/clock.ts';

export interface RoomLimits {
  /** A question that is not answered by then has an unknown outcome. */
  answerMillis: Millis;
  /** Questions of one room that wait at one node, and that one lead works on; further ones are refused. */
  waitingMax: number;
  /** The lead says so often that it is there, and is believed to be there for `silentMillis` after. */
  livesMillis: Millis;
  silentMillis: Millis;
  /** A room that has just been found has no lead yet, and one that was handed over soon has another: waited for so long. */
  patienceMillis: Millis;
}

export const ROOM_LIMITS: RoomLimits = {
  answerMillis: 2 * SECOND,
  waitingMax: 5_000,
  livesMillis: SECOND / 2,
  silentMillis: 2.5 * SECOND,
  patienceMillis: SECOND,
};
