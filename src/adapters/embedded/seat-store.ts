import { type Clock, MINUTE, type Millis } from '../../core/clock.ts';
import type { CommandRecord } from '../../core/command.ts';
import type { Ids } from '../../core/ids.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { CHURN_WINDOW, type Changes, Claims, type SeatCounts } from '../../reservation/claims.ts';
import type { ReplyTo, SeatCommand } from '../../reservation/command.ts';
import { decide } from '../../reservation/decisions/decide.ts';
import { expireDue } from '../../reservation/decisions/hold-end.ts';
import type { PartyWish } from '../../reservation/free-seats.ts';
import { Hall } from '../../reservation/hall.ts';
import type { Hold } from '../../reservation/hold.ts';
import type { Announcements } from '../../reservation/ports/announcements.ts';
import type { Halls } from '../../reservation/ports/halls.ts';
import type { SeatLedger } from '../../reservation/ports/seat-ledger.ts';
import type { Offer, SeatNow, SeatStore } from '../../reservation/ports/seat-store.ts';
import { onGood } from './on-good.ts';

export interface EmbeddedSeatStoreNeeds {
  clock: Pick<Clock, 'now'>;
  ids: Pick<Ids, 'next'>;
  halls: Pick<Halls, 'hall'>;
  ledger: SeatLedger;
  announcements: Announcements;
}

/**
 * The seat store in process: the rules are called directly on state in memory, which is read from the ledger when an
 * event is first asked for. A command is decided at once, on top of decisions whose commits are still under way; its
 * reply waits for its own commit, and commits keep the order of decisions. When a commit fails, the state that rests
 * on it is thrown away and read anew under a higher epoch.
 */
export function embeddedSeatStore(needs: EmbeddedSeatStoreNeeds): SeatStore {
  return new EmbeddedSeatStore(needs);
}

const FORGET_LAPSES_EVERY: Millis = MINUTE;

/** Claims in memory, good for as long as the ledger lost nothing that they rest on. */
interface Loaded {
  claims: Claims;
  lineage: number;
}

class EmbeddedSeatStore implements SeatStore {
  readonly #needs: EmbeddedSeatStoreNeeds;
  readonly #loaded = new Map<number, Loaded>();
  readonly #loading = new Map<number, Promise<boolean>>();
  /** Events with holds that may be due, though their claims are not in memory. */
  readonly #unread = new Set<number>();
  #lookedForUnread = false;
  #forgotLapsesAt: Millis = 0;
  readonly #nextHoldId: () => number;

  constructor(needs: EmbeddedSeatStoreNeeds) {
    this.#needs = needs;
    this.#nextHoldId = () => needs.ids.next('reservation');
  }

  async execute<C extends SeatCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    const reply = await this.#onClaims(command.eventId, (loaded, now) => this.#decide(loaded, command, now));
    return reply ?? refuse('EVENT_NOT_FOUND');
  }

  async seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined> {
    return this.#onClaims(eventId, async (loaded) => {
      const { claims } = loaded;
      const { hall } = claims;
      const ordinals = seatIds ? ordinalsOf(hall, seatIds) : hall.inListOrder();
      const seats = Array.from(ordinals, (ordinal) => ({
        seat: hall.seatAt(ordinal),
        state: claims.stateAt(ordinal),
        claim: claims.claimAt(ordinal),
      }));
      await this.#settle(loaded);
      return { epoch: claims.epoch, seats };
    });
  }

  async offer(eventId: number, wish: PartyWish): Promise<Offer> {
    const offer = await this.#onClaims(eventId, ({ claims: { free, hall } }) => {
      const seatIds = (ordinals: readonly number[]) => ordinals.map((ordinal) => hall.seatAt(ordinal).seatId);
      const together = free.together(wish);
      const groups = together ? undefined : free.inGroups(wish);
      return { together: together && seatIds(together), groups: groups?.map(seatIds) };
    });
    return offer ?? { together: undefined, groups: undefined };
  }

  async counts(eventId: number): Promise<SeatCounts> {
    const loaded = this.#inMemory(eventId);
    if (!loaded) return this.#needs.ledger.counts(eventId);
    this.#expire(loaded.claims, this.#needs.clock.now());
    return { ...loaded.claims.counts };
  }

  async liveHold(holdId: number): Promise<Hold | undefined> {
    if (!this.#loadedWith(holdId)) await this.#readWhatMayBeDue();
    const loaded = this.#loadedWith(holdId);
    if (!loaded) return undefined;
    this.#expire(loaded.claims, this.#needs.clock.now());
    const hold = loaded.claims.live.get(holdId);
    await this.#settle(loaded);
    return hold;
  }

  async hallChanged(eventId: number): Promise<void> {
    // A load that is under way may have read the hall as it was.
    await this.#loading.get(eventId);
    this.#forget(eventId);
    await this.#load(eventId);
  }

  async expireDue(): Promise<number> {
    await this.#readWhatMayBeDue();
    const now = this.#needs.clock.now();
    let expired = 0;
    for (const claims of this.#allInMemory()) expired += this.#expire(claims, now);
    if (now - this.#forgotLapsesAt > FORGET_LAPSES_EVERY) {
      this.#forgotLapsesAt = now;
      for (const claims of this.#allInMemory()) claims.forgetLapsesBefore(now - CHURN_WINDOW);
    }
    return expired;
  }

  /** Acts on claims freed of what is over. Undefined without such an event. */
  #onClaims<R>(
    eventId: number,
    act: (loaded: Loaded, now: Millis) => R | Promise<R>,
  ): Promise<R | undefined> {
    const inMemory = () => this.#inMemory(eventId);
    const load = () => this.#load(eventId);
    return onGood(inMemory, load, (loaded) => {
      const now = this.#needs.clock.now();
      this.#expire(loaded.claims, now);
      return act(loaded, now);
    });
  }

  async #decide<C extends SeatCommand>(
    loaded: Loaded,
    command: C,
    now: Millis,
  ): Promise<ReplyTo<C> | Refusal> {
    const { changes, reply } = decide(loaded.claims, command, now, this.#nextHoldId);
    if (isRefusal(reply) || isNothing(changes)) {
      await this.#settle(loaded);
      return reply as ReplyTo<C> | Refusal;
    }
    const record = command.key && { key: command.key, reply, at: now };
    await this.#commit(loaded.claims, changes, record);
    return reply as ReplyTo<C>;
  }

  /** Frees what is over before anything else is decided, so that decisions see only holds with time left. */
  #expire(claims: Claims, now: Millis): number {
    const nextAt = claims.expiries.nextAt();
    if (nextAt === undefined || nextAt > now) return 0;
    const changes = expireDue(claims, now);
    this.#commit(claims, changes, undefined).catch(() => {
      // Nobody waits for an expiry. The claims were forgotten; read anew, they are swept again.
    });
    return changes.holds.length;
  }

  async #commit(claims: Claims, changes: Changes, record: CommandRecord | undefined): Promise<void> {
    try {
      claims.apply(changes);
      await this.#needs.ledger.append(claims.hall, changes, record);
    } catch (error) {
      if (this.#loaded.get(claims.hall.eventId)?.claims === claims) this.#forget(claims.hall.eventId);
      throw error;
    }
    this.#needs.announcements.seatsMoved(claims.hall.eventId, changes.moves);
  }

  #loadedWith(holdId: number): Loaded | undefined {
    for (const [eventId, { claims }] of this.#loaded) {
      if (claims.live.has(holdId)) return this.#inMemory(eventId);
    }
    return undefined;
  }

  #allInMemory(): Claims[] {
    return [...this.#loaded.keys()].flatMap((eventId) => this.#inMemory(eventId)?.claims ?? []);
  }

  #inMemory(eventId: number): Loaded | undefined {
    const loaded = this.#loaded.get(eventId);
    if (!loaded || loaded.lineage === this.#needs.ledger.lineage()) return loaded;
    this.#forget(eventId);
    return undefined;
  }

  #forget(eventId: number): void {
    if (this.#loaded.delete(eventId)) this.#unread.add(eventId);
  }

  async #readWhatMayBeDue(): Promise<void> {
    if (!this.#lookedForUnread) {
      for (const eventId of await this.#needs.ledger.eventsWithLiveHolds()) this.#unread.add(eventId);
      this.#lookedForUnread = true;
    }
    for (const eventId of this.#loaded.keys()) this.#inMemory(eventId);
    for (const eventId of [...this.#unread]) await this.#load(eventId);
  }

  /** Waits until what a reader saw is durable. Throws Unavailable when it was lost instead. */
  async #settle({ claims, lineage }: Loaded): Promise<void> {
    await this.#needs.ledger.settled();
    if (this.#needs.ledger.lineage() !== lineage) {
      throw new Unavailable(`the seats of event ${claims.hall.eventId} are being read anew`);
    }
  }

  /** One load at a time for each event, whoever asks. False without such an event. */
  #load(eventId: number): Promise<boolean> {
    if (this.#inMemory(eventId)) return Promise.resolve(true);
    let loading = this.#loading.get(eventId);
    if (!loading) {
      loading = this.#read(eventId).finally(() => this.#loading.delete(eventId));
      this.#loading.set(eventId, loading);
    }
    return loading;
  }

  async #read(eventId: number): Promise<boolean> {
    const { halls, ledger, clock, announcements } = this.#needs;
    await ledger.settled();
    const lineage = ledger.lineage();
    const described = await halls.hall(eventId);
    if (!described) {
      this.#unread.delete(eventId);
      return false;
    }
    const hall = new Hall(eventId, described.seats, { numbered: described.numbered });
    const epoch = await ledger.raiseEpoch();
    const claims = new Claims(hall, epoch, await ledger.load(hall, clock.now() - CHURN_WINDOW));
    this.#loaded.set(eventId, { claims, lineage });
    this.#unread.delete(eventId);
    announcements.seatsReloaded(eventId, epoch);
    return true;
  }
}

function isNothing({ holds, moves }: Changes): boolean {
  return holds.length === 0 && moves.length === 0;
}

function ordinalsOf(hall: Hall, seatIds: readonly number[]): number[] {
  return seatIds.flatMap((seatId) => hall.ordinalOf(seatId) ?? []);
}
