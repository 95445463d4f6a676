import { SECOND } from '../../core/clock.ts';
import { guardReality } from './guard.ts';
import { readerIsLoaded } from './machines/notice-reader.ts';
import type { Marks } from './marks.ts';
import { drained, MemoryCheck } from './memory.ts';
import { Crowd } from './people/deeds.ts';
import { Forger } from './people/forger.ts';
import { Organiser } from './people/organiser.ts';
import type { ForgedNotice } from './plan/notices.ts';
import type { Plan } from './plan/plan.ts';
import { checkAgreement, type Shown, shownByAll } from './rules/agreement.ts';
import { checkUntouched, moneyAndSeats } from './rules/notice-rules.ts';
import { checkAtRest, checkSweep, unfinished } from './rules/rest.ts';
import { Violation } from './violation.ts';
import { World } from './world.ts';

/** How one run of a plan ended. */
export interface Outcome {
  plan: Plan;
  violation: Violation | undefined;
  /** Equal for two runs of one plan, or something outside of it had a say. */
  hash: string;
  steps: number;
  marks: Marks;
  /** The last things that happened, oldest first. */
  last: readonly string[];
}

/** After the last fault everything must be at rest within this. */
const HEALS_WITHIN = 180 * SECOND;
/** A fault that began before the healing may still be felt for this long. */
const FAULTS_LINGER = 10 * SECOND;
/** A patch is gathered, published and heard well within this, also when the node that leads a map is lost. */
const MAPS_SETTLE_WITHIN = 8 * SECOND;
/** Far more than any run takes: a loop without end is a violation, not a hang. */
const STEPS_LIMIT = 100_000;

/** Runs a world to its end, or to the first promise that does not hold. */
export async function simulate(plan: Plan): Promise<Outcome> {
  await readerIsLoaded();
  const world = new World(plan);
  const stopGuard = guardReality();
  const surfaced = (error: unknown) => world.fail(error);
  process.on('unhandledRejection', surfaced);
  try {
    await play(world);
  } catch (error) {
    world.fail(error);
  } finally {
    process.off('unhandledRejection', surfaced);
    stopGuard();
    world.ledger.engine.close();
  }
  const { violation, trace, steps, marks } = world;
  return { plan, violation, hash: trace.hash, steps, marks, last: trace.last };
}

async function play(world: World): Promise<void> {
  const organiser = new Organiser(world);
  const memory = new MemoryCheck(world);
  const eventIds = () => organiser.events.map(({ event }) => event.eventId);
  world.machines.start();
  if (!(await stepUntil(world, () => world.machines.areAllRunning))) return;
  let isOpen = false;
  world.watch(
    organiser.open().then(() => {
      isOpen = true;
    }),
  );
  if (!(await stepUntil(world, () => isOpen))) return;
  let healedAt: number | undefined;
  begin(world, new Crowd(world, organiser), () => {
    healedAt = world.scheduler.now;
  });
  const isAtRest = () => healedAt !== undefined && world.steps % 8 === 0 && restOr(world, healedAt);
  if (!(await stepUntil(world, isAtRest, () => memory.look(eventIds(), { surely: false })))) return;
  if (!(await tellAgain(world, isAtRest))) return;
  await memory.look(eventIds(), { surely: true });
  if (world.redis && !(await agree(world, eventIds()))) return;
  world.check(() => checkAtRest(world));
}

/** When all is over, all notices come once more, in whatever order, and change nothing. */
async function tellAgain(world: World, isAtRest: () => boolean): Promise<boolean> {
  const before = moneyAndSeats(world);
  world.sender.sendAllAgain();
  for (const fault of world.plan.faults) if (fault.kind === 'forged_notice') forge(world, fault);
  if (!(await stepUntil(world, isAtRest))) return false;
  world.check(() => checkUntouched(before, moneyAndSeats(world)));
  return world.violation === undefined;
}

/** Once a last patch has had its time, every node shows the same. */
async function agree(world: World, eventIds: readonly number[]): Promise<boolean> {
  // Who looks for the first time makes the map.
  if (!(await look(world, eventIds))) return false;
  const settledAt = world.scheduler.now + MAPS_SETTLE_WITHIN;
  if (!(await stepUntil(world, () => world.scheduler.now >= settledAt))) return false;
  const shown = await look(world, eventIds);
  if (shown) world.check(() => checkAgreement(world, shown));
  return shown !== undefined;
}

/** What all nodes show, or undefined when a promise broke meanwhile. */
async function look(world: World, eventIds: readonly number[]): Promise<readonly Shown[] | undefined> {
  let shown: readonly Shown[] | undefined;
  world.watch(
    shownByAll(world, eventIds).then((all) => {
      shown = all;
    }),
  );
  await stepUntil(world, () => shown !== undefined);
  return shown;
}

/** The deeds and the faults of the plan, and the moment after which nothing fails any more. */
function begin(world: World, crowd: Crowd, healed: () => void): void {
  world.fates.opened = true;
  for (const deed of world.plan.deeds) world.after(deed.at, deed.deed, () => crowd.do(deed));
  for (const fault of world.plan.faults) {
    if (fault.kind === 'crash') world.after(fault.at, 'crash', () => world.machines.kill(fault));
    if (fault.kind === 'freeze') {
      world.after(fault.at, 'freeze', () => world.machines.all[fault.node]?.freeze(fault));
    }
    if (fault.kind === 'apart') {
      world.after(fault.at, 'apart', () => world.machines.all[fault.node]?.cutOff(fault));
    }
    if (fault.kind === 'forged_notice') world.after(fault.at, 'forged notice', () => forge(world, fault));
    if (fault.kind === 'cut') world.after(fault.at, 'cut', () => world.redis?.cutAll());
    if (fault.kind === 'failover') world.after(fault.at, 'failover', () => world.failOver(fault));
    if (fault.kind === 'outage') {
      world.after(fault.at, 'outage', () => world.fates.outage(world.scheduler.now + fault.millis));
    }
  }
  const outages = world.plan.faults.map((fault) =>
    'at' in fault && 'millis' in fault ? fault.at + fault.millis : 0,
  );
  world.after(Math.max(world.plan.lasts + 500, ...outages), 'healed', () => {
    world.fates.healed = true;
    healed();
  });
}

function forge(world: World, forged: ForgedNotice): void {
  world.watch(new Forger(world).forge(forged));
}

function restOr(world: World, healedAt: number): boolean {
  const left = unfinished(world);
  if (left.length === 0) return true;
  if (world.scheduler.now - healedAt > FAULTS_LINGER) checkSweep(world);
  if (world.scheduler.now - healedAt > HEALS_WITHIN) {
    throw new Violation(
      42,
      `not at rest ${HEALS_WITHIN / SECOND} s after the last fault: ${left.slice(0, 5).join('; ')}`,
    );
  }
  return false;
}

/** One event at a time, each with everything it sets off, until something is so. False when a promise broke before. */
async function stepUntil(
  world: World,
  isSo: () => boolean,
  afterEach: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  while (!isSo()) {
    const label = world.scheduler.step();
    if (label === undefined)
      throw new Violation(42, `nothing left to happen: ${unfinished(world).join('; ')}`);
    world.note(label);
    world.steps++;
    await drained();
    await afterEach();
    if (world.violation) return false;
    if (world.steps > STEPS_LIMIT) throw new Violation(42, `no end after ${STEPS_LIMIT} steps`);
  }
  return true;
}
