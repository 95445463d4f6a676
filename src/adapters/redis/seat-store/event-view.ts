import type { Clock, Millis } from '../../../core/clock.ts';
import { onlyUnavailable } from '../../../core/unavailable.ts';
import { Hall } from '../../../reservation/hall.ts';
import { beingReadAnew } from './answers.ts';
import type { Entry } from './entry.ts';
import { EntryStream } from './entry-stream.ts';
import { eventChannel } from './keys.ts';
import type { Mirror } from './mirror.ts';
import { differences, type ReadSeats, readMirror } from './mirror-reading.ts';
import type { StoreNeeds } from './needs.ts';

const READ_AGAIN_MILLIS = 500;
const LISTENING_MILLIS = 3_000;

export interface EventViewNeeds
  extends Pick<StoreNeeds, 'connection' | 'halls' | 'announcements' | 'node' | 'isOurs'> {
  /** Reads seats as they stand in Redis. */
  readSeats: ReadSeats;
  /** Heard that everything up to here is in the ledger. */
  drained(reached: { generation: number; position: number }): void;
}

/** What this node sees of one event: its hall, and what it hears of the seats, which it tells on. */
export class EventView {
  readonly #eventId: number;
  readonly #needs: EventViewNeeds;
  readonly #stream: EntryStream;
  #hall: Promise<Hall | undefined> | undefined;
  #hallNow: Hall | undefined;
  #generation = 0;
  /** When this node heard of that load. */
  #loadedAt: Millis = 0;
  #epoch = 0;
  #mirror: Mirror | undefined;
  /** How the seats stood for those who were told, while it is read what was missed. */
  #before: Mirror | undefined;
  #cancelRetry: (() => void) | undefined;
  #reading: Promise<Mirror> | undefined;
  #collected: Entry[] | undefined;
  #unsubscribe: (() => void) | undefined;
  #listening: Promise<void> | undefined;

  constructor(eventId: number, needs: EventViewNeeds) {
    this.#eventId = eventId;
    this.#needs = needs;
    this.#stream = new EntryStream({
      node: needs.node,
      clock: needs.connection.ownClock,
      entry: (entry) => this.#tell(entry),
      gap: () => this.missed(),
    });
  }

  /** Undefined when there is no such event, or its claims are decided elsewhere. Read once, and again when it has grown. */
  async hall(): Promise<Hall | undefined> {
    const hall = await this.anyHall();
    return this.#isOurs ? hall : undefined;
  }

  /** The same, wherever the claims are decided. */
  anyHall(): Promise<Hall | undefined> {
    this.#hall ??= this.#readHall();
    return this.#hall;
  }

  /** The same without waiting, when it has been read. */
  get hallNow(): Hall | undefined {
    return this.#isOurs ? this.#hallNow : undefined;
  }

  get #clock(): Clock {
    return this.#needs.connection.ownClock;
  }

  get #isOurs(): boolean {
    return this.#needs.isOurs?.(this.#eventId) ?? true;
  }

  /** The load that this node knows of; 0 when it knows of none. */
  get generation(): number {
    return this.#generation;
  }

  /** The same, if this node has known of it for so long, else 0. */
  generationFor(millis: Millis): number {
    return this.#clock.now() - this.#loadedAt >= millis ? this.#generation : 0;
  }

  /** Whether somebody asked for the hall as a whole, and is told of what changes. */
  get isWatched(): boolean {
    return this.#mirror !== undefined || this.#reading !== undefined;
  }

  /** An entry of this node's own command, which need not wait for the channel. */
  took(entry: Entry): void {
    this.isLoaded(entry);
    this.#stream.take(entry);
  }

  /** How all seats stand, as far as this node has heard. */
  async mirror(): Promise<Mirror> {
    return this.#mirror ?? this.#read();
  }

  /** How all seats stand, at this entry or later. */
  async mirrorAt({ generation, sequence }: { generation: number; sequence: number }): Promise<Mirror> {
    if (!this.#mirror || this.#stream.generation !== generation) await this.#read();
    if (await this.#stream.reached(sequence)) return this.mirror();
    return this.#read();
  }

  /**
   * The seats were loaded anew, here or elsewhere: what was told before may not have happened. `position` is given by
   * who knows that the new load has told nothing yet.
   */
  isLoaded({ generation, epoch }: { generation: number; epoch: number }, position?: number): void {
    // The news that the hall has grown may have been missed.
    if (generation === this.#generation) this.hasGrown(epoch);
    if (generation <= this.#generation) return;
    const isNews = this.#generation > 0 || position !== undefined;
    this.#generation = generation;
    this.#loadedAt = this.#clock.now();
    this.#epoch = Math.max(this.#epoch, epoch);
    this.#mirror = undefined;
    this.#readHallAgain();
    if (position !== undefined) this.#stream.beginAt(generation, position);
    if (isNews) this.#needs.announcements.seatsReloaded(this.#eventId, epoch);
  }

  /** The hall has more seats under this epoch. */
  hasGrown(epoch: number): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    this.forgetHall();
    this.#needs.announcements.seatsReloaded(this.#eventId, epoch);
  }

  /**
   * The hall may have grown under an epoch that was lost before this node heard of it. What is known of it serves until
   * it has been read.
   */
  #readHallAgain(): void {
    if (!this.#hallNow) return;
    this.#hall = undefined;
    this.anyHall().catch((error) => {
      onlyUnavailable(error);
      this.#hallNow = undefined;
    });
  }

  forgetHall(): void {
    this.#hall = undefined;
    this.#hallNow = undefined;
    this.#mirror = undefined;
  }

  /**
   * Something was missed: how the seats stand now is read, and what is different is told. Who listens without ever
   * having asked for the hall cannot be told what is different.
   */
  missed(): void {
    this.#before ??= this.#mirror;
    this.#mirror = undefined;
    if (!this.#before) {
      if (this.#stream.hasGap) this.#needs.announcements.seatsReloaded(this.#eventId, this.#epoch);
      return;
    }
    void this.#read().catch((error) => {
      onlyUnavailable(error);
      this.#cancelRetry?.();
      this.#cancelRetry = this.#clock.after(READ_AGAIN_MILLIS, () => this.missed());
    });
  }

  close(): void {
    this.#unsubscribe?.();
    this.#cancelRetry?.();
    this.#stream.close();
  }

  async #readHall(): Promise<Hall | undefined> {
    let described: Awaited<ReturnType<EventViewNeeds['halls']['hall']>>;
    try {
      described = await this.#needs.halls.hall(this.#eventId);
    } catch (error) {
      this.#hall = undefined;
      throw error;
    }
    if (!described) {
      this.#hall = undefined;
      return undefined;
    }
    // A hall only grows.
    if (this.#hallNow?.seats.length !== described.seats.length)
      this.#hallNow = new Hall(this.#eventId, described.seats, { numbered: described.numbered });
    this.#listening ??= this.#listen();
    return this.#hallNow;
  }

  #listen(): Promise<void> {
    return new Promise((resolve) => {
      let isFirst = true;
      this.#unsubscribe = this.#needs.connection.subscribe(eventChannel(this.#eventId), {
        message: (text) => this.#hear(text),
        listening: () => {
          resolve();
          if (!isFirst) this.missed();
          isFirst = false;
        },
      });
    });
  }

  #hear(text: string): void {
    const [what, first, second] = text.split(',', 3);
    switch (what) {
      case 'D':
        this.#needs.drained({ generation: Number(first), position: Number(second) });
        return;
      case 'R':
        this.isLoaded({ generation: Number(first), epoch: Number(first) }, 0);
        return;
      case 'G':
        this.hasGrown(Number(first));
        return;
      default:
        this.#stream.hear(text);
    }
  }

  #tell(entry: Entry): void {
    this.#collected?.push(entry);
    const hall = this.#hallNow;
    const changes = hall && entry.changesIn(hall);
    if (!changes) {
      // A seat that the hall does not have: it has grown elsewhere, and this node is about to hear of it.
      this.forgetHall();
      return;
    }
    const mirror = this.#mirror ?? this.#before;
    if (mirror) for (const line of entry.lines) mirror.apply(line);
    if (changes.moves.length > 0) this.#needs.announcements.seatsMoved(this.#eventId, changes.moves);
  }

  #read(): Promise<Mirror> {
    this.#reading ??= this.#readMirror().finally(() => {
      this.#reading = undefined;
      this.#collected = undefined;
    });
    return this.#reading;
  }

  async #readMirror(): Promise<Mirror> {
    const hall = await this.hall();
    if (!hall) throw beingReadAnew(this.#eventId);
    await this.#isListening();
    const collected: Entry[] = [];
    this.#collected = collected;
    const { readSeats } = this.#needs;
    const handOver = (mirror: Mirror) => this.#wasRead(mirror);
    const node = Number.parseInt(this.#needs.node.slice(0, 8), 16);
    return readMirror({ hall, node, stream: this.#stream, readSeats, collected, handOver });
  }

  /** What is told between reading and listening would never be heard. */
  async #isListening(): Promise<void> {
    let stopWaiting: (() => void) | undefined;
    const patience = new Promise<never>((_, reject) => {
      stopWaiting = this.#clock.after(LISTENING_MILLIS, () => reject(beingReadAnew(this.#eventId)));
    });
    try {
      await Promise.race([this.#listening, patience]);
    } finally {
      stopWaiting?.();
    }
  }

  #wasRead(mirror: Mirror): void {
    // The hall grew while it was read: whoever asks next reads it anew.
    if (mirror.epoch < this.#epoch || mirror.hall !== this.#hallNow) return;
    const before = this.#before;
    this.#before = undefined;
    this.#mirror = mirror;
    if (before?.hall !== mirror.hall || before.epoch !== mirror.epoch) return;
    const moves = differences(before, mirror);
    if (moves.length > 0) this.#needs.announcements.seatsMoved(this.#eventId, moves);
  }
}
