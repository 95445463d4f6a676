import type { LedgerLock } from '../database.ts';

/** The server lets go of a lock whose connection was silent for this long: its node is gone, or cut off. */
export const SILENCE_SECONDS = 30;

const BEAT_MILLIS = 5_000;

/** A connection of its own that keeps a lock. */
export interface Keeper {
  beat(): Promise<unknown>;
  /** Calls `lost`, once or more, when the connection has ended. */
  onEnd(lost: () => void): void;
  end(): Promise<void>;
}

/** A lock that is had for as long as its connection lives. The beats are for the server, and to learn of its end. */
export function keptLock(keeper: Keeper): LedgerLock {
  let isHeld = true;
  const lost = () => {
    isHeld = false;
    clearInterval(beats);
  };
  const beats = setInterval(() => keeper.beat().catch(lost), BEAT_MILLIS);
  beats.unref();
  keeper.onEnd(lost);
  return {
    get isHeld() {
      return isHeld;
    },
    async release() {
      lost();
      await keeper.end();
    },
  };
}
