import { type Given, keyRing, type Setting, seconds } from './kinds.ts';

/** Waiting rooms, and the tokens that lead from them into a sale. */
export const WAITING_ROOM_SETTINGS = {
  ENTRY_TOKEN_SECONDS: seconds(
    120,
    { min: 1, max: 3_600 },
    'time that somebody called from a waiting room has to come in',
  ),
  TOKEN_KEYS: keyRing(
    'keys of the waiting rooms’ tokens, kid:base64,…; the first signs, all verify; without it one is made and kept in DATA_DIR',
  ),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function waitingRoomOf(given: Given<typeof WAITING_ROOM_SETTINGS>) {
  return {
    entryTokenSeconds: given.ENTRY_TOKEN_SECONDS,
    tokenKeys: given.TOKEN_KEYS,
  };
}
