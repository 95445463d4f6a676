import type { DrawProof, DrawReceipt } from '../contract/draw.ts';
import { invalidAdmission } from '../core/admission.ts';
import type { Clock, Millis } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { afterEffect } from '../core/unavailable.ts';
import type { Limit, RoomView, Standing } from './command.ts';
import type { Draws } from './draw/draws.ts';
import type { Lane, PerLane } from './lane.ts';
import type { Passes } from './passes.ts';
import type { PhaseMove } from './phase.ts';
import { longestPoll, pollAfter } from './poll.ts';
import type { Rooms } from './ports/rooms.ts';
import type { Health, Inventory } from './ports/surroundings.ts';
import type { LaneFigures, WaitingRoomStore } from './ports/waiting-room-store.ts';
import type { RoomHead, RoomMessage } from './room.ts';
import type { RoomTerms } from './terms.ts';

export interface WaitingRoomNeeds {
  store: WaitingRoomStore;
  draws: Draws;
  rooms: Rooms;
  passes: Passes;
  inventory: Inventory;
  health: Health;
  clock: Clock;
  random: Random;
}

/** A person who comes to the room; the lane is what he is entitled to. */
export interface Visitor {
  userId: string;
  lane: Lane;
}

/** How somebody stands, with what he may need to go on. */
export interface Told {
  standing: Standing;
  view: RoomView;
  opensAt: Millis | null;
  pollMillis: Millis;
  /** Puts the place back after a loss. */
  receipt: string;
  /** While he is called. */
  entryToken: string | null;
  /** While he is inside: asked again, the same session under a new signature. */
  session: string | null;
}

export interface Stats {
  head: RoomHead;
  terms: RoomTerms;
  lanes: PerLane<LaneFigures>;
  limit: Limit;
}

/** Waiting rooms: who waits, in which order, and who may come in. */
export class WaitingRoomService {
  readonly #needs: WaitingRoomNeeds;
  readonly #turns = new Turns<number>();

  constructor(needs: WaitingRoomNeeds) {
    this.#needs = needs;
  }

  /** Takes a place, or finds the one he has. `receipt` puts back a place that was lost. */
  async join(eventId: number, { userId, lane }: Visitor, receipt?: string): Promise<Told | Refusal> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const { store } = this.#needs;
    const pollMillis = await this.#longestPoll(eventId);
    const lost =
      receipt === undefined
        ? undefined
        : this.#needs.passes.claims(receipt, { use: 'place', eventId, userId });
    if (lost) {
      const restored = await store.execute({
        type: 'restore',
        eventId,
        userId,
        lane: lost.lane,
        number: lost.jti,
        terms,
        pollMillis,
      });
      if (!isRefusal(restored)) return afterEffect(() => this.#told(eventId, terms, restored));
    }
    const standing = await store.execute({ type: 'join', eventId, userId, lane, terms, pollMillis });
    return isRefusal(standing) ? standing : afterEffect(() => this.#told(eventId, terms, standing));
  }

  /** How he stands; a sign of life. */
  async status(eventId: number, userId: string): Promise<Told | Refusal> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const pollMillis = await this.#longestPoll(eventId);
    const standing = await this.#needs.store.execute({ type: 'show_up', eventId, userId, terms, pollMillis });
    return isRefusal(standing) ? standing : this.#told(eventId, terms, standing);
  }

  /** Exchanges an entry token for a session, once. */
  async enter(
    eventId: number,
    userId: string,
    token: string,
  ): Promise<{ session: string; expiresAt: Millis } | Refusal> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const claims = this.#needs.passes.claims(token, { use: 'entry', eventId, userId });
    if (!claims) return invalidAdmission(eventId);
    const entered = await this.#needs.store.execute({
      type: 'enter',
      eventId,
      userId,
      admission: claims.jti,
      terms,
    });
    if (isRefusal(entered)) return entered;
    return { session: this.#needs.passes.session(eventId, entered), expiresAt: entered.until as Millis };
  }

  async leave(
    eventId: number,
    userId: string,
    end: 'LEFT' | 'REVOKED' = 'LEFT',
  ): Promise<Refusal | undefined> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const left = await this.#needs.store.execute({ type: 'leave', eventId, userId, end });
    return isRefusal(left) ? left : undefined;
  }

  /** Organiser. A room that opens first draws; with a beacon announced it stays `opening` until the beacon's value comes. */
  async move(eventId: number, move: PhaseMove, beacon?: string): Promise<RoomHead | Refusal> {
    const found = await this.#head(eventId);
    if (isRefusal(found)) return found;
    if (beacon !== undefined && found.head.beaconSource === null) return beaconNotAnnounced();
    const { terms } = found;
    const head = await this.#needs.store.execute({ type: 'move_phase', eventId, move });
    if (isRefusal(head) || head.phase !== 'opening') return head;
    return afterEffect(() => this.#draw(eventId, terms, beacon ?? null));
  }

  async say(eventId: number, message: RoomMessage | null): Promise<Refusal | undefined> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const said = await this.#needs.store.execute({ type: 'say', eventId, message });
    return isRefusal(said) ? said : undefined;
  }

  async stats(eventId: number): Promise<Stats | Refusal> {
    const found = await this.#head(eventId);
    if (isRefusal(found)) return found;
    const { store } = this.#needs;
    const [lanes, view] = await Promise.all([store.figures(eventId), store.view(eventId)]);
    return lanes && view ? { lanes, limit: view.limit, ...found } : refuse('NO_WAITING_ROOM');
  }

  async view(eventId: number): Promise<{ view: RoomView; terms: RoomTerms; pollMillis: Millis } | Refusal> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const { store, random } = this.#needs;
    const view = await store.view(eventId);
    if (!view) return refuse('NO_WAITING_ROOM');
    const anybody = { state: 'WAITING', ahead: null, eta: null } as const;
    return { view, terms, pollMillis: pollAfter(anybody, this.#crowd(view, terms), random) };
  }

  async proof(eventId: number): Promise<(DrawProof & { committed_at: Millis }) | Refusal> {
    const found = await this.#head(eventId);
    if (isRefusal(found)) return found;
    const view = await this.#needs.store.view(eventId);
    return view ? this.#needs.draws.proof(eventId, found.head, view.arrived) : refuse('NO_WAITING_ROOM');
  }

  async receipt(
    eventId: number,
    userId: string,
  ): Promise<(Omit<DrawReceipt, 'place'> & { place: number | null }) | Refusal> {
    const told = await this.status(eventId, userId);
    if (isRefusal(told)) return told;
    const found = await this.#head(eventId);
    if (isRefusal(found)) return found;
    return this.#needs.draws.receipt(eventId, found.head, told.standing);
  }

  /** One round of the house for a room: opens it at its time, draws, ends what is over, lets in. Says when to come again. */
  async attend(eventId: number): Promise<Millis | undefined> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return undefined;
    const { store, draws, clock, inventory, health } = this.#needs;
    const head = await store.head(eventId);
    if (!head) return undefined;
    const isTime = terms.opensAt !== null && terms.opensAt <= clock.now();
    if (head.phase === 'before' && isTime) await this.move(eventId, 'open');
    else if (head.phase === 'opening' && head.beaconSource === null) await this.#draw(eventId, terms, null);
    else if (!head.drawn) await draws.catchUp(eventId, head);
    const stock = terms.inventoryAware ? await inventory.stockOf(eventId) : undefined;
    const done = await store.execute({ type: 'let_in', eventId, terms, stock, health: health.share() });
    return isRefusal(done) ? undefined : done.nextAt;
  }

  /** One draw at a time; once a room is drawn, it stays so. */
  #draw(eventId: number, terms: RoomTerms, beacon: string | null): Promise<RoomHead | Refusal> {
    return this.#turns.take(eventId, async () => {
      const { store, draws } = this.#needs;
      const head = await store.head(eventId);
      if (!head || head.drawn) return head ?? refuse('NO_WAITING_ROOM');
      if (head.phase !== 'opening' || (head.beaconSource !== null && beacon === null)) return head;
      const drawn = await draws.drawnOf(eventId, head, beacon);
      return store.execute({ type: 'begin_service', eventId, drawn, terms });
    });
  }

  #terms(eventId: number): RoomTerms | Refusal {
    const terms = this.#needs.rooms.termsOf(eventId);
    if (terms === undefined) return refuse('EVENT_NOT_FOUND');
    return terms === 'open' ? refuse('NO_WAITING_ROOM') : terms;
  }

  /** The secret is committed to before anybody can come. */
  async #established(eventId: number): Promise<RoomTerms | Refusal> {
    const terms = this.#terms(eventId);
    if (isRefusal(terms)) return terms;
    const { store, draws } = this.#needs;
    if (!(await store.view(eventId))) {
      const made = await store.execute({
        type: 'establish',
        eventId,
        fresh: draws.fresh(eventId, terms.beaconSource),
      });
      if (isRefusal(made)) return made;
    }
    return terms;
  }

  async #head(eventId: number): Promise<{ head: RoomHead; terms: RoomTerms } | Refusal> {
    const terms = await this.#established(eventId);
    if (isRefusal(terms)) return terms;
    const head = await this.#needs.store.head(eventId);
    return head ? { head, terms } : refuse('NO_WAITING_ROOM');
  }

  async #longestPoll(eventId: number): Promise<Millis> {
    return longestPoll((await this.#needs.store.view(eventId))?.waiting ?? 0);
  }

  async #told(eventId: number, terms: RoomTerms, standing: Standing): Promise<Told | Refusal> {
    const { store, random, passes } = this.#needs;
    const view = await store.view(eventId);
    if (!view) return refuse('NO_WAITING_ROOM');
    const { state, until } = standing;
    return {
      standing,
      view,
      opensAt: terms.opensAt,
      pollMillis: pollAfter(standing, this.#crowd(view, terms), random),
      receipt: passes.place(eventId, standing),
      entryToken: state === 'READY' ? passes.entry(eventId, standing, until as Millis) : null,
      session: state === 'ACTIVE' ? passes.session(eventId, standing) : null,
    };
  }

  #crowd({ waiting, limit }: RoomView, { opensAt }: RoomTerms) {
    const opensInMillis = opensAt === null ? undefined : Math.max(0, opensAt - this.#needs.clock.now());
    return { waiting, limit, opensInMillis };
  }
}

/** Who may bring a value that nobody announced can try many, and take the order that he likes. */
function beaconNotAnnounced(): Refusal {
  const message = 'no beacon was announced before the first entrant';
  return refuse('VALIDATION_FAILED', {}, { detail: [{ field: 'beacon', message }] });
}
