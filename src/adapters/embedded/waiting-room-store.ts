import type { Clock, Millis } from '../../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Establish, ReplyTo, RoomCommand, RoomReplies, RoomView } from '../../waiting-room/command.ts';
import { decide } from '../../waiting-room/decisions/decide.ts';
import { type Lane, type PerLane, perLane } from '../../waiting-room/lane.ts';
import { FIRST_TURNS } from '../../waiting-room/lane-turns.ts';
import type { Place } from '../../waiting-room/place.ts';
import type { Announcements } from '../../waiting-room/ports/announcements.ts';
import type { Digest } from '../../waiting-room/ports/digest.ts';
import type { WaitingRoomLedger } from '../../waiting-room/ports/waiting-room-ledger.ts';
import type { LaneFigures, WaitingRoomStore } from '../../waiting-room/ports/waiting-room-store.ts';
import { Room, type RoomChanges, type RoomHead } from '../../waiting-room/room.ts';
import { viewOf } from '../../waiting-room/standing.ts';
import { GRACE_AFTER_READING } from '../../waiting-room/terms.ts';
import { onGood } from './on-good.ts';

export interface EmbeddedWaitingRoomStoreNeeds {
  clock: Clock;
  ledger: WaitingRoomLedger;
  digest: Digest;
  announcements: Announcements;
}

/**
 * Waiting rooms in process: the rules are called directly on state in memory, which is read from the ledger when a
 * room is first asked for. Decisions are taken at once, on top of decisions whose commits are still under way; a reply
 * waits for its own commit. When a commit fails, the room is forgotten and read anew: a place that was acknowledged is
 * in the ledger, so nothing is lost and nothing opens by accident.
 */
export function embeddedWaitingRoomStore(needs: EmbeddedWaitingRoomStoreNeeds): WaitingRoomStore {
  return new EmbeddedWaitingRoomStore(needs);
}

const SLIDES_WRITTEN_EVERY: Millis = 10_000;

interface Loaded {
  room: Room;
  lineage: number;
  /** Users whose latest change is not durable yet. */
  unsettled: Map<string, number>;
  headUnsettled: number;
  /** Commits under way after which somebody has fewer before him: who is told so must not have more again. */
  callsUnsettled: number;
}

class EmbeddedWaitingRoomStore implements WaitingRoomStore {
  readonly #needs: EmbeddedWaitingRoomStoreNeeds;
  readonly #loaded = new Map<number, Loaded>();
  readonly #loading = new Map<number, Promise<Loaded | undefined>>();

  constructor(needs: EmbeddedWaitingRoomStoreNeeds) {
    this.#needs = needs;
  }

  async execute<C extends RoomCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    if (command.type === 'establish') return (await this.#establish(command)) as ReplyTo<C>;
    const { eventId } = command;
    const inMemory = () => this.#inMemory(eventId);
    const load = async () => (await this.#load(eventId)) !== undefined;
    const reply = await onGood(inMemory, load, (loaded) => this.#decide(loaded, command));
    return reply ?? refuse('NO_WAITING_ROOM');
  }

  async #decide<C extends RoomCommand>(loaded: Loaded, command: C): Promise<ReplyTo<C> | Refusal> {
    const { room } = loaded;
    const now = this.#needs.clock.now();
    seen(room, command, now);
    const { changes, reply } = decide(room, command, now);
    if (command.type === 'let_in' && !isRefusal(reply)) room.limit = (reply as RoomReplies['let_in']).limit;
    if (isRefusal(reply) || isNothing(changes)) {
      await this.#settle(loaded, command);
      return reply;
    }
    if (command.type === 'slide') {
      this.#slide(loaded, changes);
      return reply;
    }
    const presentUntil = 'terms' in command ? now + command.terms.absentMillis + pollOf(command) : now;
    await this.#commit(loaded, changes, { now, presentUntil });
    return reply;
  }

  async view(eventId: number): Promise<RoomView | undefined> {
    const loaded = await this.#upToDate(eventId);
    return loaded && viewOf(loaded.room, this.#needs.clock.now());
  }

  async head(eventId: number): Promise<RoomHead | undefined> {
    const loaded = await this.#upToDate(eventId);
    if (!loaded) return undefined;
    const { head } = loaded.room;
    if (loaded.headUnsettled > 0) await this.#waitFor(loaded);
    return head;
  }

  async figures(eventId: number): Promise<PerLane<LaneFigures> | undefined> {
    const loaded = await this.#upToDate(eventId);
    return loaded && figuresOf(loaded.room, this.#needs.clock.now());
  }

  async arrivals(eventId: number, lane: Lane, from: number, limit: number): Promise<readonly string[]> {
    const loaded = await this.#upToDate(eventId);
    if (!loaded) return [];
    const { head, people } = loaded.room;
    const size = head.frozen?.[lane] ?? people[lane].size;
    const count = Math.max(0, Math.min(limit, size - from));
    const names = Array.from({ length: count }, (_, index) => people[lane].nameOf(from + index));
    if (loaded.unsettled.size > 0) await this.#waitFor(loaded);
    return names;
  }

  async #establish({ eventId, fresh }: Establish): Promise<RoomHead> {
    const found = await this.head(eventId);
    if (found) return found;
    const { clock, ledger, digest, announcements } = this.#needs;
    const lineage = ledger.lineage();
    const now = clock.now();
    const head: RoomHead = {
      revision: 1,
      phase: 'before',
      ...fresh,
      committedAt: now,
      frozen: null,
      drawn: null,
      bucket: { tokens: 0, at: now },
      turns: FIRST_TURNS,
      serving: perLane(() => 0),
      admissions: 0,
      message: null,
    };
    // In memory at once, so that a second one finds this one; a failed commit changes the lineage.
    const loaded = {
      room: new Room(eventId, head, digest),
      lineage,
      unsettled: new Map(),
      headUnsettled: 1,
      callsUnsettled: 0,
    };
    this.#loaded.set(eventId, loaded);
    try {
      await ledger.append(eventId, { places: [], head });
    } catch (error) {
      this.#forget(eventId, loaded);
      throw error;
    }
    loaded.headUnsettled--;
    announcements.roomChanged(eventId, viewOf(loaded.room, now));
    return head;
  }

  /** Nobody waits for a lengthening to be written, and a crash may take the last seconds of it. */
  #slide({ room }: Loaded, changes: RoomChanges): void {
    for (const place of changes.places) {
      const writtenUntil = room.slide(place);
      if ((place.until as Millis) - writtenUntil < SLIDES_WRITTEN_EVERY) continue;
      room.slideWritten(place);
      // A failed commit changes the lineage, and the room is read anew.
      this.#needs.ledger.append(room.eventId, { places: [place] }).catch(() => undefined);
    }
  }

  async #commit(
    loaded: Loaded,
    changes: RoomChanges,
    { now, presentUntil }: { now: Millis; presentUntil: Millis },
  ): Promise<void> {
    const { room, unsettled } = loaded;
    const { ledger, announcements } = this.#needs;
    const { eventId } = room;
    const { places, head } = changes;
    for (const { userId } of places) unsettled.set(userId, (unsettled.get(userId) ?? 0) + 1);
    if (head) loaded.headUnsettled++;
    const shortens = changes.cursors !== undefined || places.some(({ state }) => state !== 'WAITING');
    if (shortens) loaded.callsUnsettled++;
    try {
      room.apply(changes, now, presentUntil);
      await ledger.append(eventId, { places, ...(head && { head }) });
    } catch (error) {
      this.#forget(eventId, loaded);
      throw error;
    }
    for (const { userId } of places) {
      const left = (unsettled.get(userId) ?? 1) - 1;
      if (left > 0) unsettled.set(userId, left);
      else unsettled.delete(userId);
    }
    if (head) loaded.headUnsettled--;
    if (shortens) loaded.callsUnsettled--;
    const view = viewOf(room, this.#needs.clock.now());
    const isNews = places.some(({ state }) => state !== 'WAITING');
    if (isNews || changes.cursors) announcements.placesMoved(eventId, places, view);
    else if (head) announcements.roomChanged(eventId, view);
  }

  /** An answer rests on what was decided before it: about this person and those before him, or about the room. */
  async #settle(loaded: Loaded, command: RoomCommand): Promise<void> {
    const userId = 'userId' in command ? command.userId : undefined;
    const rests =
      userId === undefined
        ? loaded.headUnsettled > 0
        : loaded.callsUnsettled > 0 || loaded.unsettled.has(userId);
    if (rests) await this.#waitFor(loaded);
  }

  async #waitFor(loaded: Loaded): Promise<void> {
    const { ledger } = this.#needs;
    await ledger.settled();
    if (ledger.lineage() !== loaded.lineage) {
      throw new Unavailable(`the waiting room of event ${loaded.room.eventId} is being read anew`);
    }
  }

  #forget(eventId: number, loaded: Loaded): void {
    if (this.#loaded.get(eventId) === loaded) this.#loaded.delete(eventId);
  }

  /** As it was when it was asked for: what is found may be lost before whoever asked has his turn. */
  async #upToDate(eventId: number): Promise<Loaded | undefined> {
    for (;;) {
      const loaded = this.#inMemory(eventId);
      if (loaded) return loaded;
      if (!(await this.#load(eventId))) return undefined;
    }
  }

  #inMemory(eventId: number): Loaded | undefined {
    const loaded = this.#loaded.get(eventId);
    if (!loaded || loaded.lineage === this.#needs.ledger.lineage()) return loaded;
    this.#forget(eventId, loaded);
    return undefined;
  }

  #load(eventId: number): Promise<Loaded | undefined> {
    let loading = this.#loading.get(eventId);
    if (!loading) {
      loading = this.#read(eventId).finally(() => this.#loading.delete(eventId));
      this.#loading.set(eventId, loading);
    }
    return loading;
  }

  async #read(eventId: number): Promise<Loaded | undefined> {
    const { ledger, clock, digest } = this.#needs;
    await ledger.settled();
    const lineage = ledger.lineage();
    const head = await ledger.head(eventId);
    if (!head) return undefined;
    const now = clock.now();
    // A bucket that was full before a crash may have been emptied by what the crash lost: it starts empty.
    const room = new Room(eventId, { ...head, bucket: { tokens: 0, at: now } }, digest);
    for await (const page of ledger.places(eventId)) {
      for (const place of page) room.restore(inTime(place, now), now);
    }
    room.restored(now);
    const loaded = { room, lineage, unsettled: new Map(), headUnsettled: 0, callsUnsettled: 0 };
    this.#loaded.set(eventId, loaded);
    return loaded;
  }
}

/** A sign of life changes nothing that must be durable. */
function seen(room: Room, command: RoomCommand, now: Millis): void {
  if (command.type !== 'join' && command.type !== 'show_up') return;
  const slot = room.slotOf(command.userId);
  if (!slot || room.called.has(command.userId)) return;
  room.people[slot.lane].showUp(slot.number, now + command.terms.absentMillis + command.pollMillis);
}

/** The time that a restart took is given back, to a call as to a session: nobody could come in meanwhile. */
function inTime(place: Place, now: Millis): Place {
  const { state, until } = place;
  if (state !== 'READY' && state !== 'ACTIVE') return place;
  return { ...place, until: Math.max(until ?? 0, now + GRACE_AFTER_READING) };
}

function pollOf(command: RoomCommand): Millis {
  return 'pollMillis' in command ? command.pollMillis : 0;
}

function isNothing({ places, head, cursors }: RoomChanges): boolean {
  return places.length === 0 && !head && !cursors;
}

function figuresOf(room: Room, now: Millis): PerLane<LaneFigures> {
  const figures = perLane((lane): LaneFigures => {
    const people = room.people[lane];
    const { LEFT, NO_SHOW } = room.ends[lane];
    const counted = { waiting: people.waiting, ready: 0, active: 0, left: LEFT, noShows: NO_SHOW };
    const admittedPerMinute = room.paces[lane].perMinute(now);
    return { ...counted, admittedPerMinute, oldestJoin: people.oldestJoin() ?? null };
  });
  for (const { lane, state } of room.called.values()) {
    if (state === 'READY') figures[lane].ready++;
    else figures[lane].active++;
  }
  return figures;
}
