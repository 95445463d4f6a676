import { DAY_SECONDS, type Given, type Setting, seconds, whole } from './kinds.ts';

/** The rush edition. */
export const RUSH_SETTINGS = {
  RUSH_ACTIVE_MAX: whole(
    700,
    { min: 1, max: 1_000_000 },
    { about: 'buyers who are inside an event at the same time, where it has no waiting room of its own' },
  ),
  RUSH_HOLD_SECONDS: seconds(60, { min: 1, max: DAY_SECONDS }, 'how long the rush edition holds a seat'),
  RUSH_TOKEN_SECONDS: seconds(
    1800,
    { min: 1, max: 21_600 },
    'how long a buyer of the rush edition is inside who asks for nothing',
  ),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function rushOf(given: Given<typeof RUSH_SETTINGS>) {
  return {
    activeMax: given.RUSH_ACTIVE_MAX,
    holdSeconds: given.RUSH_HOLD_SECONDS,
    tokenSeconds: given.RUSH_TOKEN_SECONDS,
  };
}
