import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { Millis } from '../../../core/clock.ts';
import type { CommandKey } from '../../../core/command.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { HistoryOp, HistoryRecord } from '../../history/record.ts';
import type { Running } from '../machines/machine.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';

/** What the sender of a request knows afterwards. `failed` is a definite no of the house, `unknown` may have had effect. */
export type Answer<R> =
  | { kind: 'ok'; reply: R }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'failed' }
  | { kind: 'unknown' };

export interface Request<R> {
  client: string;
  /** Part of the key's identity, as the route is for http. */
  route: string;
  body: string;
  /** Whether the route honours an Idempotency-Key. */
  keyed: boolean;
  run(running: Running, key: CommandKey | undefined): Promise<R | Refusal>;
  /** Whether an acknowledgement changed anything; without it, it always did. Only answers with an effect are stored. */
  hasEffect?: (reply: R) => boolean;
  /** Throws a Violation when what was acknowledged is not durable. Called at the moment of each acknowledgement. */
  acknowledged?: (reply: R) => void;
  /** Called when the house said that nothing happened, with the number of moves in the log when it was asked. */
  nothingHappened?: (movesBefore: number) => void;
  /** Called at each sending; what it returns is called when the house said that nothing came of that one. */
  watched?: () => () => void;
  history?: { op: HistoryOp; seats: readonly number[]; bookingId?: number };
}

const CLIENT_PATIENCE: Millis = 6_000;
const MAY_HAVE_HAPPENED = new Set<RefusalCode>(['PAYMENT_UNKNOWN', 'UNAVAILABLE', 'INTERNAL_ERROR']);
const NOT_NOW = new Set<RefusalCode>(['IDEMPOTENCY_IN_FLIGHT', 'PAYMENT_IN_PROGRESS', 'BUSY']);

/** What is known of each key: what was acknowledged under it, and whether anything may have happened. */
export interface KeyUse {
  acknowledged: { body: string; digest: string; at: Millis } | undefined;
  mayHaveHappened: boolean;
}

/** A request on its way through the house. */
interface Flight {
  isAlone: boolean;
  land: () => void;
}

interface Sending {
  key: string | undefined;
  use: KeyUse;
  losesAnswer?: boolean;
}

/** Sends requests as http would, with double clicks, lost answers, impatience and retries. */
export class Clients {
  readonly keys = new Map<string, KeyUse>();
  /** Requests and waits that are not over. */
  busy = 0;
  readonly #world: World;
  readonly #flights = new Map<string, Set<Flight>>();
  #requests = 0;
  #sent = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A request with whatever its sender does besides: a second click, another try. */
  async submit<R>(request: Request<R>, dice: Dice): Promise<Answer<R>> {
    const key =
      request.keyed && dice.chance(0.85)
        ? `${request.client}|${request.route}|${++this.#requests}`
        : undefined;
    const use = key === undefined ? newUse() : this.#use(key);
    const first = this.send(request, { key, use, losesAnswer: dice.chance(0.06) });
    if (dice.chance(0.2)) this.#clickAgain(request, { key, use }, dice);
    let answer = await first;
    for (let tries = dice.below(4); tries > 0 && key && isOpen(answer); tries--) {
      await this.pause(dice.between(100, 2_500));
      answer = await this.send(request, { key, use, losesAnswer: dice.chance(0.05) });
    }
    return answer;
  }

  /** Sends once. `key` undefined: without an Idempotency-Key. */
  async send<R>(request: Request<R>, { key, use, losesAnswer = false }: Sending): Promise<Answer<R>> {
    const { machines, committed, scheduler } = this.#world;
    const running = machines.runningAt(this.#sent++);
    if (!running) return { kind: 'failed' };
    const invokedAt = scheduler.now;
    const movesBefore = committed.moves.length;
    const watched = request.watched?.();
    const flight = this.#takeOff(`${request.client} ${request.route}`, running);
    this.busy++;
    const heard = await this.#hear(request, { key, losesAnswer, running, flight });
    this.busy--;
    this.#judge(request, heard, { key, use, movesBefore, watched, isAlone: flight.isAlone });
    // Another body under the same key is another request: invariant 28 judges it, not 27.
    this.#record(request, key === undefined ? '' : `${key} ${request.body}`, heard, invokedAt);
    return heard;
  }

  /** Waits in the world's time. */
  pause(millis: Millis): Promise<void> {
    this.busy++;
    return new Promise((resolve) => {
      this.#world.after(millis, 'client', () => {
        this.busy--;
        resolve();
      });
    });
  }

  /** What is known of an acknowledged key. */
  use(key: string): KeyUse {
    return this.#use(key);
  }

  #clickAgain<R>(request: Request<R>, sending: Sending, dice: Dice): void {
    const again = dice.chance(0.3) ? { ...request, body: `${request.body} changed` } : request;
    this.#world.marks.met('double click');
    this.#world.watch(this.pause(dice.pick([0, 0, 1, 5, 300])).then(() => this.send(again, sending)));
  }

  /** Notes who else asks for the same at the same time, until the house is done with it, whether or not its sender waits. */
  #takeOff(what: string, { life }: Running): Flight {
    const others = this.#flights.get(what) ?? new Set();
    this.#flights.set(what, others);
    const flight: Flight = { isAlone: others.size === 0, land: () => others.delete(flight) };
    for (const other of others) other.isAlone = false;
    others.add(flight);
    life.atEnd(flight.land);
    return flight;
  }

  #hear<R>(
    request: Request<R>,
    { key, losesAnswer, running, flight }: Omit<Sending, 'use'> & { running: Running; flight: Flight },
  ): Promise<Answer<R>> {
    const world = this.#world;
    return new Promise((resolve) => {
      const unknown = () => resolve({ kind: 'unknown' });
      const commandKey = key === undefined ? undefined : { id: key, bodyHash: request.body };
      const giveUp = world.scheduler.after(CLIENT_PATIENCE, 'impatience', unknown);
      running.life.atEnd(unknown);
      const run = () => request.run(running, commandKey);
      new Promise<void>((arrived) => running.life.enter(arrived)).then(run).then(
        (reply) => {
          giveUp();
          flight.land();
          if (isRefusal(reply)) world.marks.refused(reply.refused);
          if (losesAnswer) unknown();
          else if (isRefusal(reply)) resolve(refusedAs(reply));
          else resolve({ kind: 'ok', reply });
        },
        (error: unknown) => {
          giveUp();
          flight.land();
          if (!(error instanceof Unavailable)) world.fail(error);
          world.marks.met(
            error instanceof Unavailable && error.indefinite ? 'indefinite failure' : 'definite failure',
          );
          if (losesAnswer || (error instanceof Unavailable && error.indefinite)) unknown();
          else resolve({ kind: 'failed' });
        },
      );
    });
  }

  #judge<R>(
    request: Request<R>,
    heard: Answer<R>,
    {
      key,
      use,
      movesBefore,
      watched,
      isAlone,
    }: Sending & { movesBefore: number; watched: (() => void) | undefined; isAlone: boolean },
  ): void {
    if (heard.kind === 'ok' || heard.kind === 'unknown') use.mayHaveHappened = true;
    this.#world.check(() => {
      if (heard.kind === 'ok') {
        if (key !== undefined && (request.hasEffect?.(heard.reply) ?? true))
          this.#oneAnswer(request, heard.reply, use);
        request.acknowledged?.(heard.reply);
      }
      // Another click may have done what this one was denied.
      if (heard.kind !== 'failed' || !isAlone || use.mayHaveHappened) return;
      request.nothingHappened?.(movesBefore);
      watched?.();
    });
  }

  /** Invariants 27 and 28 for every route: under one key there is one body and one answer. */
  #oneAnswer<R>({ client, route, body }: Request<R>, reply: R, use: KeyUse): void {
    const digest = digestOf(reply);
    const before = use.acknowledged;
    use.acknowledged ??= { body, digest, at: this.#world.scheduler.now };
    if (!before || this.#world.promised.mayBeLost(before.at)) return;
    this.#world.marks.met('stored answer replayed');
    must(before.body === body, 28, () => `${client} had ${route} acknowledged for two bodies under one key`);
    must(
      before.digest === digest,
      27,
      () => `${client} got two answers to one ${route}: ${before.digest} and ${digest}`,
    );
  }

  #record<R>({ client, history }: Request<R>, key: string, heard: Answer<R>, invokedAt: Millis): void {
    this.#world.note(
      `${client} heard ${heard.kind} ${heard.kind === 'refused' ? heard.refusal.refused : ''} ${history?.op ?? ''}`,
    );
    if (!history) return;
    const record: HistoryRecord = {
      client,
      key,
      ...history,
      invokedAt,
      completedAt: this.#world.scheduler.now,
      outcome: heard.kind === 'ok' ? 'ok' : heard.kind === 'unknown' ? 'info' : 'fail',
      ...(heard.kind === 'ok' && { answer: { status: 200, digest: digestOf(heard.reply) } }),
      ...((heard.kind === 'failed' || (heard.kind === 'refused' && NOT_NOW.has(heard.refusal.refused))) && {
        notNow: true,
      }),
    };
    this.#world.history.push(record);
  }

  #use(key: string): KeyUse {
    const use = this.keys.get(key) ?? newUse();
    this.keys.set(key, use);
    return use;
  }
}

function refusedAs<R>(refusal: Refusal): Answer<R> {
  return MAY_HAVE_HAPPENED.has(refusal.refused) ? { kind: 'unknown' } : { kind: 'refused', refusal };
}

function isOpen<R>(answer: Answer<R>): boolean {
  if (answer.kind === 'refused') return NOT_NOW.has(answer.refusal.refused);
  return answer.kind === 'unknown' || answer.kind === 'failed';
}

function newUse(): KeyUse {
  return { acknowledged: undefined, mayHaveHappened: false };
}

/** Equal for equal values in whatever order of fields: http writes each field in its own place. */
function digestOf(reply: unknown): string {
  return JSON.stringify(reply, (_, value: unknown) => {
    const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isPlain ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  });
}
