import { type Admission, invalidAdmission, joinUrl, OPEN_ADMISSION } from '../core/admission.ts';
import type { Admissions } from '../core/admissions.ts';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { LatestMap } from '../core/latest-map.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { Passes } from './passes.ts';
import type { Place } from './place.ts';
import type { Rooms } from './ports/rooms.ts';
import type { TokenClaims } from './ports/seals.ts';
import type { WaitingRoomStore } from './ports/waiting-room-store.ts';
import type { RoomTerms } from './terms.ts';

export interface GateNeeds {
  store: Pick<WaitingRoomStore, 'execute' | 'view'>;
  rooms: Pick<Rooms, 'termsOf'>;
  passes: Passes;
  clock: Clock;
}

const SLIDE_EVERY_AT_MOST: Millis = 5 * SECOND;
/** A session slides ten times in its length, so that it never ends much too early. */
const SLIDES_PER_SESSION = 10;
const REMEMBERED = 200_000;

interface Known {
  eventId: number;
  userId: string;
  admission: number;
  /** Until then it passes without the authority being asked. */
  slideAt: Millis;
  /** The end of the session as the authority had it. */
  until: Millis;
}

/**
 * Lets those with a session take part in the sale. A session is checked here, by its signature and by what is
 * remembered of it; every few seconds the authority is asked and the session slides. What the authority announces as
 * ended is forgotten at once.
 */
export class Gate implements Admissions {
  readonly #needs: GateNeeds;
  /** By token. */
  readonly #known = new LatestMap<string, Known>({
    most: REMEMBERED,
    forgotten: (_, { eventId, userId }) => this.#tokens.delete(keyOf(eventId, userId)),
  });
  readonly #tokens = new Map<string, string>();
  /** Admissions that the organiser took back. */
  readonly #revoked = new LatestMap<string, true>({ most: REMEMBERED });
  /** How often something may not have been heard. */
  #missed = 0;

  constructor(needs: GateNeeds) {
    this.#needs = needs;
  }

  admit(
    eventId: number,
    userId: string,
    session: string | undefined,
  ): Admission | Refusal | Promise<Admission | Refusal> {
    const terms = this.#needs.rooms.termsOf(eventId);
    if (terms === undefined || terms === 'open') return OPEN_ADMISSION;
    const known = session === undefined ? undefined : this.#known.get(session);
    const isKnown = known?.eventId === eventId && known.userId === userId;
    if (isKnown && this.#needs.clock.now() < known.slideAt) return admissionOf(known);
    const claims = session && this.#needs.passes.claims(session, { use: 'session', eventId, userId });
    if (claims) return this.#ask({ eventId, userId, session }, { terms, claims });
    const no = session === undefined ? required(eventId) : invalidAdmission(eventId);
    return terms.whenLost === 'open' ? this.#unlessLost(eventId, no) : no;
  }

  /** To be told of every place that moved. */
  placesMoved(eventId: number, places: readonly Place[]): void {
    for (const { userId, state, admission } of places) {
      if (state !== 'ACTIVE') this.#forget(keyOf(eventId, userId));
      if (state === 'REVOKED' && admission !== null)
        this.#revoked.set(admissionIdOf(eventId, admission), true);
    }
  }

  /** Who is inside may have left or been shown out: he is asked after with his next request. */
  missed(eventId: number): void {
    this.#missed++;
    for (const [, known] of this.#known) {
      if (known.eventId === eventId) this.#forget(keyOf(eventId, known.userId));
    }
  }

  /**
   * Whether an admission under which something was asked for earlier still stands: one that was revoked since does
   * not, one that merely ran out does. A restart forgets who was revoked before it.
   */
  refusalOf({ eventId, admissionId }: { eventId: number; admissionId: string | null }): Refusal | undefined {
    return admissionId !== null && this.#revoked.has(admissionId) ? invalidAdmission(eventId) : undefined;
  }

  async #ask(
    { eventId, userId, session }: { eventId: number; userId: string; session: string },
    { terms, claims }: { terms: RoomTerms; claims: TokenClaims },
  ): Promise<Admission | Refusal> {
    const { store, clock } = this.#needs;
    const admission = claims.jti;
    const missed = this.#missed;
    let until = claims.exp;
    try {
      const inside = await store.execute({ type: 'slide', eventId, userId, admission, terms });
      if (isRefusal(inside)) return invalidAdmission(eventId);
      until = Math.min(until, inside.until ?? until);
    } catch (error) {
      if (error instanceof Unavailable && terms.whenLost === 'open')
        return admissionOf({ eventId, admission });
      throw error;
    }
    const every = Math.min(SLIDE_EVERY_AT_MOST, terms.sessionMillis / SLIDES_PER_SESSION);
    const known = { eventId, userId, admission, slideAt: Math.min(clock.now() + every, until), until };
    // On several nodes the answer may be older than what was heard meanwhile.
    if (this.#revoked.has(admissionIdOf(eventId, admission))) return invalidAdmission(eventId);
    if (missed === this.#missed) this.#remember(session, known);
    return admissionOf(known);
  }

  /** Where the organiser wants it so, a room that cannot be asked keeps nobody out: nobody could get a session there. */
  async #unlessLost(eventId: number, no: Refusal): Promise<Admission | Refusal> {
    try {
      await this.#needs.store.view(eventId);
      return no;
    } catch (error) {
      if (error instanceof Unavailable) return OPEN_ADMISSION;
      throw error;
    }
  }

  #remember(token: string, known: Known): void {
    const key = keyOf(known.eventId, known.userId);
    this.#forget(key);
    this.#tokens.set(key, token);
    this.#known.set(token, known);
  }

  #forget(key: string): void {
    const token = this.#tokens.get(key);
    if (token === undefined) return;
    this.#tokens.delete(key);
    this.#known.delete(token);
  }
}

function admissionOf({
  eventId,
  admission,
  until,
}: Pick<Known, 'eventId' | 'admission'> & { until?: Millis }): Admission {
  return { kind: 'session', admissionId: admissionIdOf(eventId, admission), until };
}

function admissionIdOf(eventId: number, admission: number): string {
  return `${eventId}-${admission}`;
}

function required(eventId: number): Refusal {
  return refuse('ADMISSION_REQUIRED', { join_url: joinUrl(eventId) });
}

function keyOf(eventId: number, userId: string): string {
  return `${eventId} ${userId}`;
}
