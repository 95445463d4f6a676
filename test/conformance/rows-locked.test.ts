import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { OPEN_ADMISSION } from '../../src/core/admission.ts';
import type { HoldBest } from '../../src/reservation/command.ts';
import type { Running } from '../backends/backend.ts';
import { openEvent } from '../backends/halls.ts';
import { onLedger } from '../backends/in-rows.ts';
import { databaseOn, stopServers } from '../backends/on-servers.ts';
import { componentPresent } from '../backends/registry.ts';
import { granted, holdOn, TERMS } from '../backends/seat-commands.ts';
import { withTables } from '../backends/with-tables.ts';

/** How many wait for a row that somebody else has. */
const WAITING = {
  postgres:
    'SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = ?',
  mariadb: 'SELECT count(*) AS waiting FROM information_schema.INNODB_TRX WHERE trx_state = ?',
};
const WAITS = { postgres: 'Lock', mariadb: 'LOCK WAIT' };
const TAKE = 'UPDATE seat_claim SET number = number + 1 WHERE event_id = ? AND seat_id = ?';

const LEDGERS = (['postgres', 'mariadb'] as const).filter(componentPresent);
afterAll(stopServers);

describe.each(LEDGERS)('pessimistic claims while a stranger has rows on %s', (ledger) => {
  let running: Running;
  let stranger: SqlConnection;
  let looking: SqlConnection;
  beforeAll(async () => {
    const open = await databaseOn(ledger);
    stranger = open();
    looking = open();
    running = await onLedger('pessimistic', {
      open: () => withTables(open()),
      stop: async () => undefined,
    });
  });
  afterAll(async () => {
    await running?.stop();
    await stranger?.close();
    await looking?.close();
  });

  const best = (eventId: number, userId: string, size: number): HoldBest => ({
    type: 'hold_best',
    eventId,
    userId,
    sessionId: null,
    admission: OPEN_ADMISSION,
    terms: TERMS,
    wish: { size },
  });
  const seatsOf = ({ holds }: { holds: readonly { seatId: number }[] }) => holds.map(({ seatId }) => seatId);

  /** An event whose rows are made, and the seats that a party of two would be given first. */
  async function hall(name: string) {
    const event = await openEvent(running, { rows: 2 });
    const { seatStore } = running.ports;
    const first = granted(await seatStore.execute(best(event.eventId, name, 2)));
    const holdIds = first.holds.map(({ holdId }) => holdId);
    await seatStore.execute({ type: 'release_holds', eventId: event.eventId, holdIds, userId: name });
    return { ...event, seatStore, first: seatsOf(first) };
  }

  /** What `act` comes to while the stranger has these rows; he gives them back as they were. */
  async function whileTaken<R>(
    eventId: number,
    seatIds: readonly number[],
    act: () => Promise<R>,
  ): Promise<R> {
    let result: { of: R } | undefined;
    const aside = new Error('he gives them back');
    const taking = stranger.transaction(async (transaction) => {
      for (const seatId of seatIds) await transaction.change(TAKE, [eventId, seatId]);
      result = { of: await act() };
      throw aside;
    });
    await taking.catch((error: unknown) => {
      if (error !== aside) throw error;
    });
    return (result as { of: R }).of;
  }

  const somebodyWaits = async () => {
    const [row] = await looking.query<{ waiting: unknown }>(WAITING[ledger], [WAITS[ledger]]);
    return Number(row?.waiting) > 0;
  };
  const waited = async (): Promise<'waited'> => {
    // MariaDB looks anew only when nobody has asked for a tenth of a second. Whoever races it on a busy machine needs time.
    await expect.poll(somebodyWaits, { interval: 250, timeout: 10_000 }).toBe(true);
    return 'waited';
  };

  it('the best seats for a party are others, at once', async () => {
    const { eventId, seatStore, first } = await hall('ann');
    const found = await whileTaken(eventId, first.slice(0, 1), () =>
      Promise.race([seatStore.execute(best(eventId, 'ben', 2)), waited()]),
    );
    if (found === 'waited') expect.fail('it waits for a row that it need not have');
    const seats = seatsOf(granted(found));
    expect(seats).toHaveLength(2);
    expect(seats).not.toContain(first[0]);
    // He has given them back: they are the best again.
    expect(seatsOf(granted(await seatStore.execute(best(eventId, 'cai', 1))))).toEqual(first.slice(0, 1));
  });

  it('where there are no others it is waited for them, and they are had when they come back', async () => {
    const { eventId, seatIds, seatStore } = await hall('dan');
    const { holding } = await whileTaken(eventId, seatIds, async () => {
      const holding = seatStore.execute(best(eventId, 'eve', 2));
      await waited();
      return { holding };
    });
    expect(seatsOf(granted(await holding))).toHaveLength(2);
  });

  it('seats that are named are waited for', async () => {
    const { eventId, seatStore, first } = await hall('fay');
    let isAnswered = false;
    const { holding } = await whileTaken(eventId, first, async () => {
      const holding = seatStore.execute(holdOn(eventId, first, 'gus')).finally(() => {
        isAnswered = true;
      });
      await waited();
      expect(isAnswered).toBe(false);
      return { holding };
    });
    expect(seatsOf(granted(await holding)).sort()).toEqual([...first].sort());
  });
});
