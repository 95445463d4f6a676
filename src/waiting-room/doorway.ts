import type { Admission } from '../core/admission.ts';
import { type Clock, HOUR, type Millis } from '../core/clock.ts';
import { LatestMap } from '../core/latest-map.ts';
import type { Random } from '../core/random.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { afterEffect, Unavailable } from '../core/unavailable.ts';
import { uuid4 } from '../core/uuid.ts';
import type { Gate } from './gate.ts';
import type { NamedSession, SessionNames } from './ports/session-names.ts';
import type { Told, Visitor, WaitingRoomService } from './service.ts';

export interface DoorwayNeeds {
  service: Pick<WaitingRoomService, 'join' | 'status' | 'enter' | 'leave' | 'attend' | 'view'>;
  gate: Pick<Gate, 'admit'>;
  names: SessionNames;
  clock: Clock;
  random: Random;
}

/** Inside, under a name, or in line. */
export type Come = { name: string } | { position: number; pollMillis: Millis };

/** Somebody who is inside, and by what right. */
export interface Inside {
  userId: string;
  admission: Admission;
}

/** Longer than any session lasts. */
const NAMES_KEPT: Millis = 24 * HOUR;
const REMEMBERED = 100_000;
/** What is no name of ours is not looked for. */
const NAME = /^(\d{1,16}):[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * A waiting room for people who do not want to see one: whoever comes while there is room is inside at once, under a
 * name by which he is known from then on; whoever does not is told his position and comes again. Nobody need let people
 * in meanwhile, for each who comes has the house look.
 */
export class Doorway {
  readonly #needs: DoorwayNeeds;
  readonly #people = new Turns<string>();
  /** The round of each room that has not begun yet, and the one that has. */
  readonly #next = new Map<number, Promise<void>>();
  readonly #running = new Map<number, Promise<void>>();
  /** Names never change what they stand for; the oldest is forgotten first. */
  readonly #known = new LatestMap<string, NamedSession>({ most: REMEMBERED });

  constructor(needs: DoorwayNeeds) {
    this.#needs = needs;
  }

  /** Coming again while inside answers the same name; while in line, the place is kept. */
  come(eventId: number, visitor: Visitor): Promise<Come | Refusal> {
    return this.#people.take(`${eventId} ${visitor.userId}`, async () => {
      const { service } = this.#needs;
      const room = await service.view(eventId);
      if (isRefusal(room)) return room;
      // A room that nobody has entered yet opens first, so that even the first ones are served in their order.
      if (room.view.phase === 'before' || room.view.phase === 'opening') await this.#round(eventId);
      const told = await service.join(eventId, visitor);
      return isRefusal(told) ? told : afterEffect(() => this.#goOn(eventId, visitor.userId, told));
    });
  }

  /** Who is inside under a name, if he still is; SESSION_INVALID for every other name. */
  async inside(eventId: number, name: string): Promise<Inside | Refusal> {
    const known = await this.#find(name);
    if (known?.eventId !== eventId) return refuse('SESSION_INVALID');
    const admission = await this.#needs.gate.admit(eventId, known.userId, known.session);
    return isRefusal(admission) ? refuse('SESSION_INVALID') : { userId: known.userId, admission };
  }

  /** Frees the place at once: for who is inside, and for who waits. */
  leave(eventId: number, userId: string): Promise<Refusal | undefined> {
    return this.#needs.service.leave(eventId, userId);
  }

  /** Names of sessions that are over are forgotten. */
  forgetOld(): Promise<void> {
    return this.#needs.names.forgetBefore(this.#needs.clock.now() - NAMES_KEPT);
  }

  /** With the place that he has. */
  async #goOn(eventId: number, userId: string, joined: Told): Promise<Come | Refusal> {
    const { service } = this.#needs;
    let told: Told | Refusal = joined;
    if (joined.standing.state === 'WAITING') {
      await this.#round(eventId);
      told = await service.status(eventId, userId);
    }
    if (isRefusal(told)) return told;
    if (told.entryToken !== null) {
      const entered = await service.enter(eventId, userId, told.entryToken);
      if (isRefusal(entered)) return entered;
      told = await service.status(eventId, userId);
    }
    return isRefusal(told) ? told : this.#answer(eventId, userId, told);
  }

  async #answer(
    eventId: number,
    userId: string,
    { standing, session, view, pollMillis }: Told,
  ): Promise<Come | Refusal> {
    if (session === null || standing.admission === null) {
      const before = standing.ahead ?? Math.max(0, view.waiting - 1);
      return { position: before + 1, pollMillis };
    }
    const { admission } = standing;
    const latest = await this.#needs.names.latestOf(eventId, userId);
    if (latest?.admission === admission) return { name: latest.name };
    const name = `${eventId}:${uuid4(this.#needs.random.hex(16))}`;
    const named = { name, eventId, userId, admission, session, namedAt: this.#needs.clock.now() };
    await this.#needs.names.add(named);
    this.#known.set(named.name, named);
    return { name };
  }

  async #find(name: string): Promise<NamedSession | undefined> {
    if (!NAME.test(name)) return undefined;
    const known = this.#known.get(name) ?? (await this.#needs.names.find(name));
    if (known) this.#known.set(known.name, known);
    return known;
  }

  /** A round of letting in that begins from now on; all who come before it begins share it. */
  #round(eventId: number): Promise<void> {
    const next = this.#next.get(eventId);
    if (next) return next;
    const round = this.#attend(eventId, this.#running.get(eventId) ?? Promise.resolve());
    this.#next.set(eventId, round);
    return round;
  }

  async #attend(eventId: number, before: Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    const round = this.#needs.service.attend(eventId).then(() => undefined, onlyElsewhere);
    this.#running.set(eventId, round);
    this.#next.delete(eventId);
    try {
      await round;
    } finally {
      if (this.#running.get(eventId) === round) this.#running.delete(eventId);
    }
  }
}

/**
 * A room that minds what is left to buy is attended to by the node that leads it, many times a second: whoever comes by
 * another one is told how he stands. If nobody leads the room, that question will fail.
 */
function onlyElsewhere(error: unknown): void {
  if (!(error instanceof Unavailable) || error.indefinite) throw error;
}
