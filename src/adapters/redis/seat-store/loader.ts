import { type Clock, pause } from '../../../core/clock.ts';
import { Conflict } from '../../../core/conflict.ts';
import type { Random } from '../../../core/random.ts';
import { CHURN_WINDOW } from '../../../reservation/claims.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { SharedSeatLedger } from '../../../reservation/ports/shared-seat-ledger.ts';
import { beingReadAnew } from './answers.ts';
import type { EventKeys } from './keys.ts';
import { fieldsOf, type LoadedFields } from './loaded-fields.ts';
import type { RunSeatScript } from './scripts.ts';

/** A loader that stops in the middle is taken for dead after this. */
const TOKEN_MILLIS = 5_000;
const PATIENCE_MILLIS = 10_000;
const BUSY_MILLIS = 20;
/** Fields in one step: a step keeps Redis from others for about a millisecond. */
const FIELDS_AT_ONCE = 250;
const TRIES = 5;

export interface LoaderNeeds {
  run: RunSeatScript;
  ledger: Pick<SharedSeatLedger, 'cursor' | 'beginGeneration' | 'load'>;
  clock: Clock;
  connection: { readonly ownClock: Clock };
  random: Random;
}

export interface Loading {
  keys: EventKeys;
  hall: Hall;
  /** A generation that must not stay, because the ledger has gone on from it. */
  overtaken: number | undefined;
  /** What an earlier load decided and the ledger does not have yet. */
  salvage(): Promise<void>;
}

/**
 * Brings an event's claims from the ledger into Redis. One loader at a time, on whichever node; the others wait for it.
 * Returns the new generation, or undefined when somebody else has loaded it. The ledger is told first: from then on it
 * takes nothing of an earlier load, so what is read then is all there will ever be of it.
 */
export async function loadSeats(
  { run, ledger, clock, random, connection: { ownClock } }: LoaderNeeds,
  { keys, hall, overtaken, salvage }: Loading,
): Promise<number | undefined> {
  const token = random.hex(8);
  const step = async (name: string, args: readonly string[] = []) => {
    const answer = await run<string>('seat-load', keys, [name, token, String(TOKEN_MILLIS), ...args]);
    if (answer === 'OVERTAKEN') throw beingReadAnew(hall.eventId);
    return answer;
  };

  for (let waited = 0; ; waited += BUSY_MILLIS) {
    const answer = await step('begin', [overtaken === undefined ? '' : String(overtaken)]);
    if (answer === 'LOADED') return undefined;
    if (answer === 'OK') break;
    if (waited >= PATIENCE_MILLIS) throw beingReadAnew(hall.eventId);
    await pause(ownClock, BUSY_MILLIS);
  }
  await salvage();
  const generation = await begun(ledger, hall.eventId, step);
  const seed = await ledger.load(hall, clock.now() - CHURN_WINDOW);
  await step('clear');
  const loaded = fieldsOf(hall, seed);
  await bring(step, loaded);
  await step('finish', [keys.channel, String(generation), ...finish(hall, loaded)]);
  return generation;
}

/**
 * Tells the ledger. Whoever takes over from a loader that stood still does so after `keep` and writes after it, so the
 * ledger is not where it was read to be, and the late one ends nothing that others were promised since.
 */
async function begun(
  ledger: LoaderNeeds['ledger'],
  eventId: number,
  step: (name: string) => Promise<string>,
): Promise<number> {
  for (let tries = 1; ; tries++) {
    const from = await ledger.cursor(eventId);
    await step('keep');
    try {
      return await ledger.beginGeneration(eventId, from);
    } catch (error) {
      // What an earlier load decided was following just then.
      if (!(error instanceof Conflict) || tries === TRIES) throw error;
    }
  }
}

async function bring(
  step: (name: string, args: readonly string[]) => Promise<string>,
  { fields, ends }: LoadedFields,
): Promise<void> {
  for (let first = 0; first < fields.length; first += FIELDS_AT_ONCE) {
    const some = fields.slice(first, first + FIELDS_AT_ONCE);
    await step('fields', [String(some.length), ...some.flat()]);
  }
  for (let first = 0; first < ends.length; first += FIELDS_AT_ONCE) {
    const some = ends.slice(first, first + FIELDS_AT_ONCE);
    await step('ends', [String(some.length), ...some.flat()]);
  }
}

function finish(hall: Hall, { counts, latest }: LoadedFields): string[] {
  const highest = hall.seats.reduce((most, { seatId }) => Math.max(most, seatId), 0);
  const { HELD, PAYING, SOLD, BLOCKED } = counts;
  return [latest, highest, HELD, PAYING, SOLD, BLOCKED].map(String);
}
