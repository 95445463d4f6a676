import { type Clock, type Millis, pause } from '../../../core/clock.ts';
import type { Lease, Leases } from '../../../core/leases.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { RoomView } from '../../../waiting-room/command.ts';
import type { Announcements } from '../../../waiting-room/ports/announcements.ts';
import type { RedisConnection } from '../connection/connection.ts';
import type { AnswerBox } from './answer-box.ts';
import { Asking, NobodyLeads } from './asking.ts';
import { Lead, type TakenRoom } from './lead.ts';
import type { RoomLimits } from './limits.ts';
import type { Question } from './question.ts';
import { Tellings } from './tellings.ts';

/** A view is shown for so long before it is asked for again. */
const VIEW_FRESH_MILLIS = 1_000;
/** Who waits until somebody leads looks so often, and further ones are refused. */
const LOOK_AGAIN_MILLIS = 25;
const PATIENT_MAX = 1_000;
const TAKEN_AGAIN_MILLIS = 250;

export interface LedRoomNeeds {
  connection: Pick<RedisConnection, 'subscribe' | 'publish' | 'write' | 'ownClock'>;
  clock: Clock;
  leases: Leases;
  node: string;
  box: AnswerBox;
  limits: RoomLimits;
  /** What happens in the room, wherever it is led, is told here. */
  announcements: Announcements;
  /**
   * Takes the room for a lead; `announcements` hears what is decided here. Undefined when another node has taken it
   * under a higher fence.
   */
  take(
    room: { eventId: number; fence: number },
    announcements: Announcements,
  ): Promise<TakenRoom | undefined>;
}

interface Taking {
  /** The lease's fence. */
  readonly holding: number;
  lead: Promise<Lead | undefined>;
}

/** One waiting room at one node: led from here, or asked of the node that leads it. */
export class LedRoom {
  readonly #eventId: number;
  readonly #needs: LedRoomNeeds;
  readonly #lease: Lease;
  readonly #asking: Asking;
  readonly #tellings: Tellings;
  /** The holding of the lease that lasts, and what became of it. */
  #taking: Taking | undefined;
  /** Under which this node took the room last. */
  #fence = 0;
  #lead: Lead | undefined;
  #seen: { view: RoomView; at: Millis } | undefined;
  #patient = 0;
  #pausing: Promise<void> | undefined;
  #closed = false;
  #askedAt: Millis;

  constructor(eventId: number, needs: LedRoomNeeds) {
    this.#eventId = eventId;
    this.#needs = needs;
    this.#askedAt = this.#now();
    this.#tellings = new Tellings(eventId, {
      ...needs,
      seen: (view) => this.#see(view),
      begins: () => needs.box.leadChanged(eventId),
      leads: (fence) => {
        if (this.#lead && this.#lead.fence < fence) this.#lead.end();
      },
    });
    this.#asking = new Asking(eventId, { ...needs, seen: (view) => this.#see(view) });
    this.#lease = needs.leases.lease(`room:${eventId}`);
    this.#lease.whenHad(() => void this.lead());
  }

  /** For how long nobody has asked anything of it. */
  get unaskedFor(): Millis {
    return this.#now() - this.#askedAt;
  }

  /** Whether this node leads the room; begins to, if it may and does not yet. */
  lead(): boolean {
    if (this.#closed) return false;
    const holding = this.#lease.fence();
    if (holding !== this.#taking?.holding) {
      this.#lead?.end();
      this.#lead = undefined;
      this.#taking = undefined;
    }
    if (holding !== undefined && !this.#taking) {
      const taking: Taking = { holding, lead: Promise.resolve(undefined) };
      this.#taking = taking;
      taking.lead = this.#take(taking);
    }
    return this.#lead?.holds ?? false;
  }

  async ask(question: Question): Promise<unknown> {
    this.#askedAt = this.#now();
    for (;;) {
      const lead = await this.#leadHere();
      if (lead) return lead.ask(question);
      if (this.#tellings.isLed) {
        if (needsStock(question)) throw new Unavailable('another node lets people in');
        try {
          return await this.#asking.ask(question);
        } catch (error) {
          if (!(error instanceof NobodyLeads)) throw error;
          this.#tellings.nobodyHeard();
        }
      }
      await this.#untilLed();
    }
  }

  /** What was heard of the room a moment ago, or what its lead answers. */
  async view(): Promise<RoomView | undefined> {
    this.#askedAt = this.#now();
    if (!this.lead() && this.#seen && this.#now() - this.#seen.at < VIEW_FRESH_MILLIS) {
      return this.#seen.view;
    }
    return (await this.ask({ ask: 'view' })) as RoomView | undefined;
  }

  /** Lets go of it; who leads it answers first what it was asked. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#taking = undefined;
    await this.#lead?.finish();
    this.#lead = undefined;
    this.#tellings.close();
    await this.#lease.release();
  }

  #now(): Millis {
    return this.#needs.connection.ownClock.now();
  }

  async #leadHere(): Promise<Lead | undefined> {
    if (this.lead()) return this.#lead;
    const holding = this.#lease.fence();
    if (holding === undefined || holding !== this.#taking?.holding) return undefined;
    const lead = await this.#taking.lead;
    return lead?.holds ? lead : undefined;
  }

  /** What cannot be taken now is tried again a little later. */
  async #take(taking: Taking): Promise<Lead | undefined> {
    const { holding } = taking;
    // A lease that lapsed may come back under its fence, while a write of the time before is still on its way. The fences
    // of leases are far enough apart: they grow by a million a second.
    this.#fence = Math.max(holding, this.#fence + 1);
    const fence = this.#fence;
    const { take, announcements } = this.#needs;
    let lead: Lead | undefined;
    // Who led before may not know yet, if Redis forgot that it did.
    await this.#tellings.tell(fence, { type: 'leads' });
    try {
      const room = await take({ eventId: this.#eventId, fence }, this.#tellings.announcementsOf(fence));
      if (!room || this.#closed) return undefined;
      const tell = (news: Parameters<Tellings['tell']>[1]) => void this.#tellings.tell(fence, news);
      const isHeld = () => this.#lease.fence() === holding;
      lead = new Lead({ eventId: this.#eventId, fence, room }, { ...this.#needs, isHeld, tell });
      await lead.begin();
      if (this.#taking === taking && lead.holds) {
        this.#lead = lead;
        announcements.missed(this.#eventId);
        return lead;
      }
    } catch (error) {
      onlyUnavailable(error);
      this.#needs.connection.ownClock.after(TAKEN_AGAIN_MILLIS, () => {
        if (this.#taking === taking) this.#taking = undefined;
      });
    }
    lead?.end();
    return undefined;
  }

  #see(view: RoomView | undefined): void {
    if (view) this.#seen = { view, at: this.#now() };
  }

  /** Waits a moment. Throws when nobody has led the room for a while, or too many wait for that already. */
  async #untilLed(): Promise<void> {
    const { unledFor } = this.#tellings;
    if (this.#patient >= PATIENT_MAX || unledFor > this.#needs.limits.patienceMillis) {
      throw new NobodyLeads('nobody leads the waiting room at the moment');
    }
    this.#asking.callOut();
    this.#patient++;
    this.#pausing ??= pause(this.#needs.connection.ownClock, LOOK_AGAIN_MILLIS).finally(() => {
      this.#pausing = undefined;
    });
    await this.#pausing;
    this.#patient--;
  }
}

/** What is left to buy is known where people are let in, and is not sent. Who is let in whatever is left may be asked for. */
function needsStock(question: Question): boolean {
  if (question.ask !== 'execute' || question.command.type !== 'let_in') return false;
  return question.command.stock !== undefined;
}
