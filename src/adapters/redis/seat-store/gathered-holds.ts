import type { Millis } from '../../../core/clock.ts';
import type { CommandRecord } from '../../../core/command.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { HoldBest, HoldSeats, HoldTerms } from '../../../reservation/command.ts';
import { type Answer, beingReadAnew } from './answers.ts';
import { Entry } from './entry.ts';
import { buyerField, seatField } from './keys.ts';
import type { StoreNeeds } from './needs.ts';
import { escaped } from './packed-seat.ts';
import { recordText } from './record.ts';

/** In one script: they keep Redis from others for about a millisecond. */
const HOLDS_AT_ONCE = 128;
/** Holds that wait for those on their way, while Redis does not answer. */
const WAITING_MAX = 50_000;
/** How often holds are asked for again because the seats were loaded anew. */
const LOADS_MAX = 5;
const NO_END: Millis = Number.POSITIVE_INFINITY;

/** Many holds as one script takes them. */
export interface AskedHolds {
  fields: readonly string[];
  own: readonly string[];
  /** The load since which the ledger's log was looked into for those that may be sent again. */
  since: number;
  /** Nothing is asked for them from this moment on. */
  until: Millis;
  /** Called once, when the script has answered for the first time, whatever it said. */
  answered(): void;
}

export interface GatheredHoldsNeeds {
  ask(asked: AskedHolds): Promise<Answer>;
  loadLookedInto(): number;
  commands: StoreNeeds['commands'];
  eventId: number;
  backlogMax: number;
}

/** A hold that was asked for, with the seats that it is to be of and an id for each of them. */
interface Wanted {
  command: HoldSeats | HoldBest;
  seatIds: readonly number[];
  holdIds: readonly number[];
  since: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Holds of one event that are asked for in one turn, or while others are on their way, go together: one script decides
 * them in the order in which they came, each by itself.
 */
export class GatheredHolds {
  readonly #needs: GatheredHoldsNeeds;
  #waiting: Wanted[] = [];
  #underWay = 0;
  #isScheduled = false;
  /** Some that keep their order are not decided yet. */
  #isOrderUnderWay = false;

  constructor(needs: GatheredHoldsNeeds) {
    this.#needs = needs;
  }

  /** What a script says of this hold alone. Throws Unavailable. */
  take(
    command: HoldSeats | HoldBest,
    seatIds: readonly number[],
    holdIds: readonly number[],
  ): Promise<Answer> {
    if (this.#waiting.length >= WAITING_MAX)
      return Promise.reject(new Unavailable(`too many holds of event ${this.#needs.eventId} wait for Redis`));
    const since = this.#needs.loadLookedInto();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, seatIds, holdIds, since, resolve, reject });
      if (this.#underWay === 0 && !this.#isScheduled) this.#schedule();
    });
  }

  /** What waits goes now, for something that came later is about to be asked. */
  send(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (let first = 0; first < waiting.length; ) {
      const { command } = waiting[first] as Wanted;
      let end = first + 1;
      while (end < waiting.length && end - first < HOLDS_AT_ONCE && goWith(command, waiting[end] as Wanted))
        end++;
      const some = waiting.slice(first, end);
      if (isInOrder(command)) this.#inOrder(some);
      else void this.#decide(some);
      first = end;
    }
  }

  /** Those that keep their order wait until the ones before them are decided, however often these must be asked for. */
  #inOrder(some: readonly Wanted[]): void {
    if (this.#isOrderUnderWay) {
      this.#waiting.push(...some);
      return;
    }
    this.#isOrderUnderWay = true;
    void this.#decide(some).finally(() => {
      this.#isOrderUnderWay = false;
      if (this.#waiting.length > 0 && !this.#isScheduled) this.#schedule();
    });
  }

  /** Leaves the caller's turn first, so that everything asked for in this turn goes together. */
  #schedule(): void {
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.send();
    });
  }

  async #decide(wanted: readonly Wanted[]): Promise<void> {
    let open = wanted;
    try {
      let since = open.reduce((least, each) => Math.min(least, each.since), Number.MAX_SAFE_INTEGER);
      for (let loads = 0; open.length > 0 && loads < LOADS_MAX; ) {
        const answer = await this.#ask(open, since);
        if (answer.word === 'EARLIER') {
          open = await this.#unrecorded(open);
          since = Number(answer.fact);
          loads++;
        } else open = answerEach(open, answer);
      }
      if (open.length > 0) throw beingReadAnew(this.#needs.eventId);
    } catch (error) {
      for (const { reject } of open) reject(error);
    }
  }

  #ask(wanted: readonly Wanted[], since: number): Promise<Answer> {
    this.#underWay++;
    let isBack = false;
    const answered = () => {
      if (isBack) return;
      isBack = true;
      this.#underWay--;
      if (this.#underWay === 0 && this.#waiting.length > 0 && !this.#isScheduled) this.#schedule();
    };
    const until = wanted.reduce((first, { command }) => Math.min(first, untilOf(command)), NO_END);
    const asked = { since, until, answered, ...askedFor(wanted, this.#needs.backlogMax) };
    return this.#needs.ask(asked).finally(answered);
  }

  /** Answers those that an earlier load of the seats has decided, and returns the others. */
  async #unrecorded(wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
    const records = await Promise.all(
      wanted.map(({ command: { key } }) => key && this.#needs.commands.find(key.id)),
    );
    for (const [index, { resolve }] of wanted.entries()) {
      const record: CommandRecord | undefined = records[index];
      if (record) resolve({ word: 'RECORDED', fact: '', seats: [], entries: [], record });
    }
    return wanted.filter((_, index) => !records[index]);
  }
}

/** Whether one script may decide both. Who left the choice of seats to the node is decided alone. */
function goWith(first: HoldSeats | HoldBest, { command }: Wanted): boolean {
  if (first.type === 'hold_best' || command.type === 'hold_best') return false;
  const { terms } = first;
  return (
    isInOrder(first) === isInOrder(command) &&
    terms.holdMillis === command.terms.holdMillis &&
    terms.longestHoldMillis === command.terms.longestHoldMillis &&
    terms.liveSeatsPerBuyer === command.terms.liveSeatsPerBuyer &&
    terms.lapsesAllowed === command.terms.lapsesAllowed
  );
}

function isInOrder(command: HoldSeats | HoldBest): boolean {
  return untilOf(command) < NO_END;
}

function untilOf(command: HoldSeats | HoldBest): Millis {
  return command.type === 'hold_seats' ? (command.inOrderUntil ?? NO_END) : NO_END;
}

function askedFor(wanted: readonly Wanted[], backlogMax: number): Pick<AskedHolds, 'fields' | 'own'> {
  const { command } = wanted[0] as Wanted;
  const best = command.type === 'hold_best' ? String(command.wish.size) : '';
  const fields: string[] = [];
  const own = [...termsOf(command.terms), String(backlogMax), best, String(wanted.length)];
  for (const { command: each, seatIds, holdIds } of wanted) {
    fields.push(buyerField(escaped(each.userId)));
    for (const seatId of seatIds) fields.push(seatField(seatId));
    pushHold(own, each, holdIds);
  }
  return { fields, own };
}

/** In the order of seat-hold. */
export function termsOf(terms: HoldTerms): string[] {
  return [
    String(terms.liveSeatsPerBuyer),
    String(terms.lapsesAllowed),
    String(terms.holdMillis),
    String(Math.max(terms.longestHoldMillis, terms.holdMillis)),
  ];
}

/** What is a hold's own, as seat-hold takes it. */
export function pushHold(own: string[], command: HoldSeats | HoldBest, holdIds: readonly number[]): void {
  const { sessionId, admission, key } = command;
  const { admissionId, until } = admission.kind === 'session' ? admission : { admissionId: null };
  own.push(
    until === undefined ? '' : String(until),
    `,${escaped(sessionId)},${escaped(admissionId)}`,
    key ? recordText(command) : '',
    key ? key.bodyHash : '',
    key ? key.id : '',
    String(holdIds.length),
  );
  for (const holdId of holdIds) own.push(String(holdId));
}

/** Tells each what was said of it, and returns those of which nothing was said: one of them was in doubt. */
function answerEach(wanted: readonly Wanted[], { seats: said, entries }: Answer): readonly Wanted[] {
  let done = 0;
  for (let at = 0; at < said.length; at += 2) if (said[at] === 'DONE') done++;
  // What had come to its end before stands in front.
  let next = entries.length - done;
  for (let at = 0; at < said.length; at += 2) {
    const [word, fact] = [said[at] as string, said[at + 1] as string];
    const own = word === 'DONE' ? [entries[next++] as Entry] : word === 'REPEATED' ? [new Entry(fact)] : [];
    wanted[at / 2]?.resolve({ word, fact, seats: [], entries: own });
  }
  return wanted.slice(said.length / 2);
}
