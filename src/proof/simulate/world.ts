import { eventKeys } from '../../adapters/redis/seat-store/keys.ts';
import { SimulatedRedis } from '../../adapters/redis/simulated/simulated-redis.ts';
import { diceOf } from '../../adapters/simulated/dice.ts';
import { SimulatedPaymentProvider } from '../../adapters/simulated/payment-provider.ts';
import { simulatedRandom } from '../../adapters/simulated/random.ts';
import { Scheduler } from '../../adapters/simulated/scheduler.ts';
import type { WriteRun } from '../../adapters/sql/database.ts';
import type { HoldRecord } from '../../adapters/sql/seats/hold-row.ts';
import { SimulatedLedger, type Written } from '../../adapters/sql/sqlite/simulated-connection.ts';
import type { Millis } from '../../core/clock.ts';
import type { Dequeues } from '../../request-queue/ports/request-store.ts';
import type { SeatMove } from '../../reservation/claims.ts';
import type { Announcements } from '../../reservation/ports/announcements.ts';
import type { HistoryRecord } from '../history/record.ts';
import { houseRules, queueHouse, roomHouse, waitlistHouse } from './machines/house.ts';
import { Machines } from './machines/machines.ts';
import { Strikes } from './machines/strikes.ts';
import { Marks } from './marks.ts';
import { Clients } from './people/client.ts';
import { NoticeSender } from './people/notice-sender.ts';
import { Fates } from './plan/fates.ts';
import { kindOf } from './plan/late-commits.ts';
import type { Plan } from './plan/plan.ts';
import { CommitRules } from './rules/commit-rules.ts';
import { Committed } from './rules/committed.ts';
import { NoticeRules } from './rules/notice-rules.ts';
import { Promised } from './rules/promised.ts';
import { QueueRules } from './rules/queue-rules.ts';
import { RoomRules } from './rules/room-rules.ts';
import { WaitlistRules } from './rules/waitlist-rules.ts';
import { Trace } from './trace.ts';
import { must, Violation } from './violation.ts';

const START: Millis = 1_800_000_000_000;
/** A process that hangs on a ledger that does not answer is killed by its operator after this. */
const OPERATOR_PATIENCE: Millis = 3_000;

/** Everything there is in one simulated run. */
export class World {
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly fates: Fates;
  readonly ledger: SimulatedLedger;
  readonly provider: SimulatedPaymentProvider;
  readonly committed: Committed;
  readonly machines: Machines;
  readonly strikes: Strikes;
  /** What nodes share; undefined where one process has it all in its memory. */
  readonly redis: SimulatedRedis | undefined;
  readonly clients: Clients;
  readonly marks = new Marks();
  readonly trace = new Trace();
  /** What was answered before the ledger had it. */
  readonly promised = new Promised(this);
  /** What the clients saw. */
  readonly history: HistoryRecord[] = [];
  /** The first promise that did not hold. */
  violation: Violation | undefined;
  /** Events so far. */
  steps = 0;
  readonly queue: QueueRules;
  readonly rooms: RoomRules;
  readonly waitlist: WaitlistRules;
  readonly notices = new NoticeRules(this.marks);
  readonly sender: NoticeSender;
  readonly #rules: CommitRules;
  readonly #refunded = new Set<number>();

  constructor(plan: Plan) {
    this.plan = plan;
    this.scheduler = new Scheduler(diceOf(plan.seed, 'order'), START);
    this.fates = new Fates(plan);
    const crashes = diceOf(plan.seed, 'crashes');
    this.provider = new SimulatedPaymentProvider({
      scheduler: this.scheduler,
      fateOf: (call) => {
        const fate = this.fates.provider(call, this.scheduler.now);
        if (fate.outcome === 'silent') this.marks.met('provider silent');
        if (fate.outcome === 'unsaid' && call === 'capture')
          this.marks.met('provider charged and answered an error');
        if (fate.declines && call === 'capture') this.marks.met('capture declined');
        return fate;
      },
      outlivesCrash: () => crashes.chance(0.5),
      changed: (charge) => this.sender.changed(charge),
    });
    this.ledger = new SimulatedLedger({
      after: (delayMillis, label, run) => void this.scheduler.after(delayMillis, label, run),
      commitFate: (owner, written) => this.#commitFate(owner, written),
      queryFate: () => this.fates.query(),
      outlivesCrash: () => {
        const outlives = crashes.chance(0.5);
        if (outlives) this.marks.met('crash: commit under way reached the disk');
        return outlives;
      },
      committed: (batch, owner) => this.#committed(batch, owner),
      refused: (error, batch) => {
        // Of two nodes one is first, and the ledger is who says so.
        if (plan.nodes) return this.marks.met('a node was refused what another had written');
        this.fail(
          new Violation(
            1,
            `the ledger had to refuse ${batch.map(({ kind }) => `${kind.write} ${kind.table}`).join('; ')}: ${error.message}`,
          ),
        );
      },
    });
    this.committed = new Committed(this.ledger.engine);
    const latestEnd = (hold: HoldRecord) => this.promised.latestEnd(hold);
    this.#rules = new CommitRules(this.committed, { latestEnd, ...houseRules(plan) }, this.provider);
    const seen = { marks: this.marks, mayBeLost: (at: Millis) => this.promised.mayBeLost(at) };
    this.queue = new QueueRules(this.committed, queueHouse(plan), seen);
    this.rooms = new RoomRules(roomHouse(plan), this.marks);
    this.waitlist = new WaitlistRules(this.committed, waitlistHouse(plan), seen);
    this.sender = new NoticeSender(this);
    this.redis = plan.nodes ? this.#newRedis() : undefined;
    this.machines = new Machines(this);
    this.strikes = new Strikes(this);
    this.clients = new Clients(this);
  }

  readonly announcements: Partial<Announcements & Dequeues> = {
    dequeued: (request, lanes) => this.check(() => this.queue.dequeued(request, lanes)),
    // On nodes the ledger follows what is told; what their maps show in the end is checked at rest.
    seatsMoved: (_eventId, moves) => {
      if (!this.redis) this.check(() => announced(this.committed, moves));
    },
    seatsReloaded: (eventId, epoch) => {
      this.note(`event ${eventId} reloaded as epoch ${epoch}`);
      if (this.fates.opened) this.marks.met('claims reloaded after a failed commit');
    },
  };

  note(what: string): void {
    this.trace.note(this.scheduler.now - START, what);
  }

  /** Remembers the first violation; the run ends with it. */
  fail(error: unknown): void {
    if (this.violation) return;
    this.violation = error instanceof Violation ? error : new Violation(0, describe(error));
  }

  /** Runs a check now. */
  check(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Nobody waits for this: what it throws is a defect that surfaced. */
  watch(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.fail(error));
  }

  after(delayMillis: Millis, label: string, run: () => void): void {
    this.scheduler.after(delayMillis, label, run);
  }

  /** The seats' server loses what was written lately. */
  failOver(fault: { downMillis: Millis; lostMillis: Millis }): void {
    this.promised.lost(fault);
    this.marks.met('failover of the seats');
    this.redis?.fail(fault);
  }

  /** Decided in Redis, and not in the ledger yet. */
  undrained(): string[] {
    const { redis } = this;
    if (!redis) return [];
    if (!redis.isUp) return ['Redis is down'];
    const eventIds = new Set([...this.committed.seats.values()].map(({ eventId }) => eventId));
    return [...eventIds].flatMap((eventId) => {
      const waiting = redis.server.command(['LLEN', eventKeys(eventId).all[3] as string]);
      return waiting === 0 ? [] : [`${waiting} entries of event ${eventId} wait for the ledger`];
    });
  }

  #newRedis(): SimulatedRedis {
    const dice = diceOf(this.plan.seed, 'redis');
    return new SimulatedRedis({
      now: () => this.scheduler.now,
      after: (delayMillis, label, run) => void this.scheduler.after(delayMillis, label, run),
      tripMillis: () => this.fates.trip(),
      outlivesCut: () => dice.chance(0.5),
      replicationId: () => simulatedRandom(dice).hex(20),
    });
  }

  #commitFate(owner: unknown, written: Written) {
    const fate = this.fates.commit(kindOf(written));
    if (fate.late?.of === 'room') this.machines.of(owner)?.cutOff(fate.late);
    if (fate.late?.of === 'seats') this.#overtake(owner, { lostMillis: Number.MAX_SAFE_INTEGER });
    if (fate.outcome === 'unknown_applied') this.marks.met('unknown commit was applied');
    if (fate.outcome === 'unknown_lost') this.marks.met('unknown commit was lost');
    if (fate.overtaken) this.#overtake(owner, fate.overtaken);
    if (fate.outcome.startsWith('silent')) {
      this.marks.met('hung on a silent ledger');
      this.after(OPERATOR_PATIENCE, 'operator', () =>
        this.machines.killAll({ downMillis: 100, wallError: 0 }),
      );
    }
    return fate;
  }

  /** While something of one process is on its way, the seats are loaded anew for the others. */
  #overtake(owner: unknown, { lostMillis }: { lostMillis: Millis }): void {
    this.machines.killAllBut(owner, { downMillis: 20, wallError: 0 });
    this.failOver({ downMillis: 10, lostMillis });
  }

  #committed(runs: readonly WriteRun[], owner: unknown): void {
    this.check(() => {
      const batch = this.committed.apply(runs);
      this.#rules.check(batch);
      this.queue.check(batch, this.scheduler.now);
      this.rooms.check(batch, this.scheduler.now);
      this.waitlist.check(batch, this.scheduler.now);
      this.notices.check(batch);
      for (const { user_id, state, place } of batch.entries)
        this.note(`${user_id} ${state} in line at ${place}`);
      for (const { user_id, state, number } of batch.places) this.note(`${user_id} ${state} at ${number}`);
      const nth = this.queue.effectsOf(batch);
      this.strikes.effectsWritten(owner, { nth, isPoisoned: this.queue.poisoned(batch) });
      for (const { request_id, state, revision } of batch.requests)
        this.note(`request ${request_id} ${state} ${revision}`);
      for (const { seat_id, from_state, to_state, cause, number } of batch.moves) {
        this.note(`seat ${seat_id} ${from_state} -> ${to_state} (${cause}) ${number}`);
        this.#mark(cause, to_state, seat_id);
      }
      for (const { before, after } of batch.orders) {
        this.note(`order ${after.order_id} ${after.state} ${after.revision}`);
        if (before?.state === 'UNKNOWN' && after.state !== 'UNKNOWN')
          this.marks.met('unknown payment came to its end');
        if (before?.state === 'VOIDING' && after.state === 'FAILED') this.marks.met('late payment voided');
      }
    });
  }

  #mark(cause: string, to: string, seatId: number): void {
    if (cause === 'sale') this.marks.met('seat sold');
    if (cause === 'sale' && this.#refunded.has(seatId)) this.marks.met('seat sold again after a refund');
    if (cause === 'refund') this.#refunded.add(seatId);
    if (cause === 'expiry') this.marks.met('hold lapsed');
    if (cause === 'payment_deadline') this.marks.met('payment deadline freed a seat');
    if (cause === 'late_payment' && to === 'PAYING') this.marks.met('late payment claimed its seat anew');
  }
}

/** The map is told only what is durable, and of each seat in order. */
function announced({ seats }: Committed, moves: readonly SeatMove[]): void {
  for (const { seatId, number } of moves) {
    const seat = seats.get(seatId);
    must(
      seat !== undefined && seat.lastNumber >= number,
      32,
      () => `move ${number} of seat ${seatId} was announced and is not committed`,
    );
    must(
      number > seat.lastAnnounced,
      31,
      () => `move ${number} of seat ${seatId} was announced after ${seat.lastAnnounced}`,
    );
    seat.lastAnnounced = number;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
}
