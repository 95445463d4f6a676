import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { checkHistory } from '../../../src/proof/history/check.ts';
import { diceOf } from '../../../src/proof/rush/crowd/dice.ts';
import { audited } from '../audited.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { freshFolder, type Program, startProgram } from '../program.ts';
import { openSale } from '../sale.ts';
import { crowd } from './buyers.ts';
import { lookAfterwards, recount } from './recount.ts';
import { Sender } from './sender.ts';

export interface KillLoopOptions {
  cycles: number;
  seed: number;
  buyers?: number;
  onCycle?: (cycle: number) => void;
}

export interface KillLoopResult {
  cycles: number;
  /** Requests as their senders saw them: acknowledged, refused, unknown. */
  requests: { ok: number; fail: number; info: number };
  askedAgain: number;
  confirmed: number;
  sales: number;
  orders: number;
  moves: number;
  /** From the start of the process to its first answer. */
  restartMillis: { least: number; median: number; most: number };
  /** Every broken promise in a sentence; empty is what we want. */
  faults: string[];
}

const SETTINGS = {
  RATE_LIMIT_PER_PRINCIPAL: '0',
  SHED_DELAY_MS: '0',
  // Short, so that holds and bookings lapse while the program is away and while it recovers.
  RESERVATION_TIMEOUT_SECONDS: '5',
  MAX_HOLD_TOTAL_SECONDS: '5',
  PAYMENT_DEADLINE_SECONDS: '5',
};
const HALL = { rows: 10, seatsInRow: 30 };
/** Acknowledged requests that are sent once more after each restart. */
const ASKED_AGAIN = 20;
const ACKNOWLEDGED_IN_A_LIFE = 20;

/**
 * Sells under load, kills the program with SIGKILL at a random moment and starts it again, cycle after cycle, on one
 * data folder and with one history. At the end the history, the API and the ledger's file are held against each other.
 */
export async function killLoop({
  cycles,
  seed,
  buyers = 24,
  onCycle,
}: KillLoopOptions): Promise<KillLoopResult> {
  const dataDir = freshFolder();
  const dice = diceOf(seed, -1);
  const restarts: number[] = [];
  const start = async () => {
    const begun = performance.now();
    const program = await startProgram({ dataDir, env: SETTINGS });
    restarts.push(performance.now() - begun);
    return program;
  };

  let running = start();
  let over = false;
  const sender = new Sender({ running: () => running });
  let askedAgain = 0;
  try {
    const { eventId, seatIds } = await openSale(organiserOf(await running), HALL);
    const shopping = crowd(sender, { buyers, eventId, seatIds, seed }, () => over);
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const program = await running;
      askedAgain += await askAgain(sender, dice.between(0, 1_000_000));
      // Each life of the program is long enough for something to be promised in it.
      const enough = sender.acknowledged.length + ACKNOWLEDGED_IN_A_LIFE;
      await eventually(
        () => sender.acknowledged.length,
        (acknowledged) => acknowledged >= enough,
      );
      await delay(dice.between(0, 400));
      // From here on the buyers wait for the next program; what is under way is cut off.
      running = program.kill().then(start);
      onCycle?.(cycle);
    }
    await running;
    await delay(500);
    over = true;
    await shopping;
    return await judge(await running, { eventId, sender, cycles, askedAgain, restarts, dataDir });
  } finally {
    over = true;
    await running.then((program) => program.kill()).catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Sends some of the acknowledged requests once more: the history then holds both answers of each. */
async function askAgain(sender: Sender, from: number): Promise<number> {
  const { acknowledged } = sender;
  const wishes = Array.from({ length: Math.min(ASKED_AGAIN, acknowledged.length) }, (_, index) => {
    return acknowledged[(from + index * 7_919) % acknowledged.length] as (typeof acknowledged)[number];
  });
  await Promise.all(wishes.map((wish) => sender.send(wish)));
  return wishes.length;
}

interface Evidence {
  eventId: number;
  sender: Sender;
  cycles: number;
  askedAgain: number;
  restarts: readonly number[];
  dataDir: string;
}

async function judge(program: Program, evidence: Evidence): Promise<KillLoopResult> {
  const { eventId, sender, cycles, askedAgain, restarts, dataDir } = evidence;
  const { records, surprises } = sender;
  const anyone = clientOf(program);
  const found = await lookAfterwards(anyone, eventId, records);
  const counters = await recount(anyone, eventId);
  await program.stop();
  const ledger = await audited(dataDir);
  const violations = checkHistory(records, found);
  const count = (outcome: string) => records.filter((record) => record.outcome === outcome).length;
  const sorted = [...restarts].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] as number);
  return {
    cycles,
    requests: { ok: count('ok'), fail: count('fail'), info: count('info') },
    askedAgain,
    confirmed: found.confirmed,
    sales: ledger.sales,
    orders: ledger.orders,
    moves: ledger.moves,
    restartMillis: { least: at(0), median: at(0.5), most: at(1) },
    faults: [
      ...violations.map(({ invariant, message }) => `invariant ${invariant}: ${message}`),
      ...counters,
      ...ledger.faults,
      ...surprises,
    ],
  };
}

/** The result in one line. */
export function verdict({ cycles, requests, restartMillis, ...rest }: KillLoopResult): string {
  const { least, median, most } = restartMillis;
  return (
    `${rest.faults.length === 0 ? 'PASS' : `FAIL (${rest.faults.length} faults)`}: killed ${cycles} times; ` +
    `${requests.ok} acknowledged, ${requests.fail} refused, ${requests.info} cut off, ${rest.askedAgain} asked again; ` +
    `${rest.confirmed} bookings confirmed, ${rest.sales} seats sold, ${rest.orders} orders, ${rest.moves} moves; ` +
    `restarts ${least}/${median}/${most} ms (least/median/most)`
  );
}
