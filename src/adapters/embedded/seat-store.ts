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

export interface EmbeddedSeatStoreNeeds {
  clock: Clock;
  ids: Ids;
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
  readonly #loading = new Map<number, Promise<Claims | undefined>>();
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
    let claims = this.#inMemory(command.eventId);
    // Looked up again after each load: what was loaded may have been forgotten before this turn came.
    while (!claims) {
      if (!(await this.#load(command.eventId))) return refuse('EVENT_NOT_FOUND');
      claims = this.#inMemory(command.eventId);
    }
    const now = this.#needs.clock.now();
    this.#expire(claims, now);
    const { changes, reply } = decide(claims, command, now, this.#nextHoldId);
    if (isRefusal(reply) || isNothing(changes)) {
      await this.#settle(claims);
      return reply as ReplyTo<C> | Refusal;
    }
    const record = command.key && { key: command.key, reply, at: now };
    await this.#commit(claims, changes, record);
    return reply as ReplyTo<C>;
  }

  async seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined> {
    const claims = await this.#upToDate(eventId);
    if (!claims) return undefined;
    const { hall } = claims;
    const ordinals = seatIds ? ordinalsOf(hall, seatIds) : hall.inListOrder();
    const seats = Array.from(ordinals, (ordinal) => ({
      seat: hall.seatAt(ordinal),
      state: claims.stateAt(ordinal),
      claim: claims.claimAt(ordinal),
    }));
    await this.#settle(claims);
    return { epoch: claims.epoch, seats };
  }

  async offer(eventId: number, wish: PartyWish): Promise<Offer> {
    const claims = await this.#upToDate(eventId);
    if (!claims) return { together: undefined, groups: undefined };
    const seatIds = (ordinals: readonly number[]) =>
      ordinals.map((ordinal) => claims.hall.seatAt(ordinal).seatId);
    const together = claims.free.together(wish);
    const groups = together ? undefined : claims.free.inGroups(wish);
    return { together: together && seatIds(together), groups: groups?.map(seatIds) };
  }

  async counts(eventId: number): Promise<SeatCounts> {
    const claims = this.#inMemory(eventId);
    if (!claims) return this.#needs.ledger.counts(eventId);
    this.#expire(claims, this.#needs.clock.now());
    return { ...claims.counts };
  }

  async liveHold(holdId: number): Promise<Hold | undefined> {
    if (!this.#claimsWith(holdId)) await this.#readWhatMayBeDue();
    const claims = this.#claimsWith(holdId);
    if (!claims) return undefined;
    this.#expire(claims, this.#needs.clock.now());
    const hold = claims.live.get(holdId);
    await this.#settle(claims);
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
    for (const { claims } of this.#loaded.values()) expired += this.#expire(claims, now);
    if (now - this.#forgotLapsesAt > FORGET_LAPSES_EVERY) {
      this.#forgotLapsesAt = now;
      for (const { claims } of this.#loaded.values()) claims.forgetLapsesBefore(now - CHURN_WINDOW);
    }
    return expired;
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

  #claimsWith(holdId: number): Claims | undefined {
    for (const [eventId, { claims }] of this.#loaded) {
      if (claims.live.has(holdId) && this.#inMemory(eventId)) return claims;
    }
    return undefined;
  }

  #inMemory(eventId: number): Claims | undefined {
    const loaded = this.#loaded.get(eventId);
    if (!loaded) return undefined;
    if (loaded.lineage === this.#needs.ledger.lineage()) return loaded.claims;
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

  async #upToDate(eventId: number): Promise<Claims | undefined> {
    const claims = this.#inMemory(eventId) ?? (await this.#load(eventId));
    if (claims) this.#expire(claims, this.#needs.clock.now());
    return claims;
  }

  /** Waits until what a reader saw is durable. Throws Unavailable when it was lost instead. */
  async #settle(claims: Claims): Promise<void> {
    const lineage = this.#needs.ledger.lineage();
    await this.#needs.ledger.settled();
    if (this.#needs.ledger.lineage() !== lineage) {
      throw new Unavailable(`the seats of event ${claims.hall.eventId} are being read anew`);
    }
  }

  /** One load at a time for each event, whoever asks. */
  #load(eventId: number): Promise<Claims | undefined> {
    const claims = this.#inMemory(eventId);
    if (claims) return Promise.resolve(claims);
    let loading = this.#loading.get(eventId);
    if (!loading) {
      loading = this.#read(eventId).finally(() => this.#loading.delete(eventId));
      this.#loading.set(eventId, loading);
    }
    return loading;
  }

  async #read(eventId: number): Promise<Claims | undefined> {
    const { halls, ledger, clock, announcements } = this.#needs;
    await ledger.settled();
    const lineage = ledger.lineage();
    const described = await halls.hall(eventId);
    if (!described) {
      this.#unread.delete(eventId);
      return undefined;
    }
    const hall = new Hall(eventId, described.seats, { numbered: described.numbered });
    const epoch = await ledger.raiseEpoch();
    const claims = new Claims(hall, epoch, await ledger.load(hall, clock.now() - CHURN_WINDOW));
    this.#loaded.set(eventId, { claims, lineage });
    this.#unread.delete(eventId);
    announcements.seatsReloaded(eventId, epoch);
    return claims;
  }
}

function isNothing({ holds, moves }: Changes): boolean {
  return holds.length === 0 && moves.length === 0;
}

function ordinalsOf(hall: Hall, seatIds: readonly number[]): number[] {
  return seatIds.flatMap((seatId) => hall.ordinalOf(seatId) ?? []);
}
