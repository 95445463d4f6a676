import { expect, it } from 'vitest';
import { embeddedSeatStore } from '../../../src/adapters/embedded/seat-store.ts';
import { diceOf } from '../../../src/adapters/simulated/dice.ts';
import { Scheduler } from '../../../src/adapters/simulated/scheduler.ts';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { sqlSeatLedger } from '../../../src/adapters/sql/seats/seat-ledger.ts';
import {
  type CommitFate,
  SimulatedLedger,
  type Written,
} from '../../../src/adapters/sql/sqlite/simulated-connection.ts';
import { type Millis, SECOND } from '../../../src/core/clock.ts';
import { seatsOf } from '../../backends/halls.ts';
import { granted, holdOn } from '../../backends/seat-commands.ts';

const BOUGHT = 1;
const OTHER = 2;
const SEATS_PER_EVENT = 4;
const seatOf = (eventId: number) => eventId * 100 + 1;

/** A ledger in virtual time that takes longer for a commit than for a whole hall; `fate` may change what becomes of one. */
function house(fate: (written: Written) => Partial<CommitFate>) {
  const scheduler = new Scheduler(diceOf(1, 'order'), 1_800_000_000_000);
  const owner = { isAlive: true, atEnd: () => undefined };
  const ledger = new SimulatedLedger({
    after: (millis, label, run) => void scheduler.after(millis, label, run),
    commitFate: (_, written) => ({
      delayMillis: 100,
      appliesEarly: false,
      outcome: 'answered',
      ...fate(written),
    }),
    queryFate: () => ({ delayMillis: 5, readsEarly: false, fails: false }),
    outlivesCrash: () => false,
    committed: () => undefined,
    refused: () => undefined,
  });
  const connection = ledger.connect(owner);
  let latestId = 0;
  const newStore = () =>
    embeddedSeatStore({
      clock: { now: () => scheduler.now },
      ids: { next: () => ++latestId },
      halls: {
        hall: async (eventId) => ({
          seats: seatsOf(eventId, seatOf(eventId), { seatsPerRow: SEATS_PER_EVENT }),
          numbered: true,
        }),
      },
      ledger: sqlSeatLedger(groupCommitter(connection)),
      announcements: { seatsMoved: () => undefined, seatsReloaded: () => undefined },
    });
  const pause = (millis: Millis) => new Promise<void>((over) => scheduler.after(millis, 'pause', over));
  /** Lets time pass until what was asked is answered. */
  async function answered<R>(asked: Promise<R>): Promise<R> {
    let isOver = false;
    const ended = asked.finally(() => {
      isOver = true;
    });
    for (;;) {
      await new Promise(setImmediate);
      if (isOver || scheduler.step() === undefined) return ended;
    }
  }
  return { pause, engine: ledger.engine, newStore, answered };
}

it('lets nobody who waited for a reading act on it once what it rests on is lost', async () => {
  let losing = false;
  const isClaim = ({ batch }: Written) => batch.some(({ kind }) => kind.table === 'hold');
  const { pause, engine, newStore, answered } = house((written) => {
    if (!isClaim(written)) return { delayMillis: 5 };
    return losing ? { delayMillis: 5, outcome: 'refused' } : {};
  });
  const short = { terms: { holdMillis: SECOND } };
  granted(await answered(newStore().execute(holdOn(BOUGHT, [seatOf(BOUGHT)], 'ann', short))));

  const store = newStore();
  granted(await answered(store.execute(holdOn(OTHER, [seatOf(OTHER)], 'ben'))));
  await answered(pause(2 * SECOND));

  // Both wait for one reading of the event. While it is under way, a commit of the other event is lost.
  const hold = store.execute(holdOn(BOUGHT, [seatOf(BOUGHT) + 1], 'cas'));
  const looked = store.seats(BOUGHT);
  await answered(pause(1));
  losing = true;
  const lost = store.execute(holdOn(OTHER, [seatOf(OTHER) + 1], 'ben')).catch((error: unknown) => error);
  expect(await answered(lost)).toBeInstanceOf(Error);
  losing = false;
  const [granting] = await answered(Promise.all([hold, looked]));

  granted(granting);
  expect(engine.query("SELECT seat_id FROM seat_move WHERE cause = 'expiry'", [])).toEqual([
    { seat_id: seatOf(BOUGHT) },
  ]);
});
