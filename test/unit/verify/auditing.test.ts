import { expect, it } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import type { Audit } from '../../../src/proof/verify/audit.ts';
import { keepAuditing } from '../../../src/proof/verify/auditing.ts';
import type { Finding } from '../../../src/proof/verify/finding.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const PAUSE = 60_000;
const BROKEN: Finding = { invariant: 1, sentence: 'seat 7 is sold twice', eventId: 3 };
const COUNTS: Audit['counts'] = { events: 1, seats: 1, holds: 0, moves: 0, orders: 0, sales: 2 };

function auditor({ busyMillis = 0, refuses = 0 } = {}) {
  const clock = new HandClock();
  const seen = { looks: 0, found: [] as Finding[], paused: [] as number[], failed: [] as unknown[] };
  const ledger = { findings: [] as Finding[], isAway: false };
  let refusals = refuses;
  const stop = keepAuditing({
    clock,
    pauseMillis: PAUSE,
    async look() {
      seen.looks++;
      if (ledger.isAway) throw new Unavailable('the ledger is away');
      return { audit: { findings: ledger.findings, counts: COUNTS }, busyMillis };
    },
    found: (finding) => void seen.found.push(finding),
    async pauseSale(eventId) {
      if (refusals-- > 0) throw new Unavailable('the catalogue is away');
      seen.paused.push(eventId);
    },
    failed: (error) => void seen.failed.push(error),
  });
  /** Lets time go by in small steps, and what hangs on it happen. */
  const after = async (millis: number) => {
    for (let gone = 0; gone < millis; gone += 1_000) {
      clock.advance(1_000);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  };
  return { seen, ledger, after, stop };
}

it('looks again and again, with a pause between', async () => {
  const { seen, after } = auditor();
  await after(PAUSE - 1_000);
  expect(seen.looks).toBe(0);
  await after(1_000);
  expect(seen.looks).toBe(1);
  await after(3 * PAUSE);
  expect(seen.looks).toBe(4);
});

it('rests nineteen times as long as it worked, where that is longer', async () => {
  const { seen, after } = auditor({ busyMillis: 10_000 });
  await after(PAUSE + 189_000);
  expect(seen.looks).toBe(1);
  await after(2_000);
  expect(seen.looks).toBe(2);
});

it('tells of what is broken once, and pauses the sale of that event', async () => {
  const { seen, ledger, after } = auditor();
  ledger.findings = [BROKEN, { invariant: 30, sentence: '3 messages wait for a relay' }];
  await after(PAUSE);
  expect(seen.found).toEqual([]);
  await after(3 * PAUSE);
  expect(seen.found.map(({ sentence }) => sentence)).toEqual([
    'seat 7 is sold twice',
    '3 messages wait for a relay',
  ]);
  expect(seen.paused).toEqual([3]);
});

it('tells of it again when it was mended and breaks anew', async () => {
  const { seen, ledger, after } = auditor();
  ledger.findings = [BROKEN];
  await after(2 * PAUSE);
  ledger.findings = [];
  await after(PAUSE);
  ledger.findings = [BROKEN];
  await after(2 * PAUSE);
  expect(seen.paused).toEqual([3, 3]);
});

it('says nothing of what was found once: rows that follow each other are read at different moments', async () => {
  const { seen, ledger, after } = auditor();
  ledger.findings = [BROKEN];
  await after(PAUSE);
  ledger.findings = [];
  await after(PAUSE);
  ledger.findings = [BROKEN];
  await after(PAUSE);
  expect(seen.found).toEqual([]);
});

it.each([8, 26, 33])('waits ten minutes whether %i mends by itself', async (invariant) => {
  const { seen, ledger, after } = auditor();
  ledger.findings = [{ ...BROKEN, invariant }];
  await after(10 * PAUSE);
  expect(seen.paused).toEqual([]);
  await after(PAUSE);
  expect(seen.paused).toEqual([3]);
});

it('goes on when the ledger was away, and knows what it knew', async () => {
  const { seen, ledger, after } = auditor();
  ledger.findings = [BROKEN];
  await after(2 * PAUSE);
  ledger.isAway = true;
  await after(PAUSE);
  ledger.isAway = false;
  await after(2 * PAUSE);
  expect(seen.failed).toHaveLength(1);
  expect(seen.found).toHaveLength(1);
});

it('tries again to pause a sale that could not be paused', async () => {
  const { seen, ledger, after } = auditor({ refuses: 2 });
  ledger.findings = [BROKEN];
  await after(2 * PAUSE + 5_000);
  expect(seen.paused).toEqual([3]);
  expect(seen.failed).toHaveLength(2);
});

it('stops', async () => {
  const { seen, after, stop } = auditor();
  await after(PAUSE);
  stop();
  await after(3 * PAUSE);
  expect(seen.looks).toBe(1);
});
