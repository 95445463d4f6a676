import { type Millis, SECOND } from '../core/clock.ts';
import { Column } from './column.ts';
import type { Shuffle } from './draw/shuffle.ts';
import { GonePlaces } from './gone-places.ts';

/** How a number of the lane stands. ASIDE: his turn came while he was away. BACK: he is here again and comes first. */
export const GONE = 0;
export const HERE = 1;
export const ASIDE = 2;
export const BACK = 3;
export const CALLED = 4;

/** Set beside the standing once he did not come when called. */
const MISSED = 8;

/** How far the calling has come, as a decision sees it before it is taken. */
export interface Cursor {
  serving: number;
  backTaken: number;
  /** Numbers whose turn came while they were away. */
  passed: number[];
}

/**
 * The people of one lane by number, in columns: some 20 bytes each beside their name. A number is the order of
 * arrival; a place is the order of service, which for those of the draw is the shuffle's and for the others their own.
 */
export class LanePeople {
  readonly #names: string[] = [];
  readonly #standing = new Column((length) => new Uint8Array(length));
  readonly #joined = new Column((length) => new Uint32Array(length));
  readonly #presentUntil = new Column((length) => new Uint32Array(length));
  readonly #gone = new GonePlaces();
  readonly #goneBeforeDraw: number[] = [];
  /** Numbers that are BACK, by place. */
  readonly #back: number[] = [];
  #shuffle: Shuffle | undefined;
  #isDrawn = false;
  #serving = 0;
  #waiting = 0;
  #oldest = 0;

  /** Numbers given so far; the next one to give. */
  get size(): number {
    return this.#names.length;
  }

  /** The highest place whose turn has come. */
  get serving(): number {
    return this.#serving;
  }

  get waiting(): number {
    return this.#waiting;
  }

  nameOf(number: number): string {
    return this.#names[number] ?? '';
  }

  standingOf(number: number): number {
    return this.#standing.at(number) & ~MISSED;
  }

  hasMissed(number: number): boolean {
    return (this.#standing.at(number) & MISSED) !== 0;
  }

  joinedAt(number: number): Millis {
    return this.#joined.at(number) * SECOND;
  }

  /** From here on places exist. The shuffle is of those who came before the opening; undefined when nobody did. */
  draw(shuffle: Shuffle | undefined): void {
    this.#shuffle = shuffle;
    this.#isDrawn = true;
    for (const number of this.#goneBeforeDraw.splice(0)) this.#gone.add(this.#placeOf(number));
  }

  /** Undefined before the draw. */
  placeOf(number: number): number | undefined {
    return this.#isDrawn ? this.#placeOf(number) : undefined;
  }

  /** How many wait before him; 0 for those whose turn has come. Never grows. */
  aheadOf(number: number): number {
    const place = this.#placeOf(number);
    if (place <= this.#serving) return 0;
    return place - 1 - this.#serving - (this.#gone.upTo(place - 1) - this.#gone.upTo(this.#serving));
  }

  /** Puts somebody at the number after the last, or, read from the ledger, further on. */
  add(number: number, person: { userId: string; joinedAt: Millis; presentUntil: Millis }): void {
    while (this.#names.length < number) this.#names.push('');
    this.#names[number] = person.userId;
    this.#joined.set(number, Math.floor(person.joinedAt / SECOND));
    this.#presentUntil.set(number, Math.ceil(person.presentUntil / SECOND));
    this.#standing.set(number, HERE);
    this.#waiting++;
  }

  /** A number of somebody who has left, read from the ledger. */
  addGone(number: number, userId: string): void {
    while (this.#names.length < number) this.#names.push('');
    this.#names[number] = userId;
    this.#markGone(number);
  }

  call(number: number): void {
    if (this.standingOf(number) === BACK) this.#back.splice(this.#back.indexOf(number), 1);
    this.#stand(number, CALLED);
    this.#waiting--;
  }

  /** He did not come: he waits again, aside, and is called first when he shows up. */
  uncall(number: number): void {
    this.#standing.set(number, ASIDE | MISSED);
    this.#waiting++;
  }

  /** For somebody read from the ledger whose turn had come. */
  setAside(number: number): void {
    this.#stand(number, ASIDE);
  }

  /** Gives the number up. The name stays where the draw's receipts need it. */
  leave(number: number, options: { keepsName: boolean }): void {
    const standing = this.standingOf(number);
    if (standing === BACK) this.#back.splice(this.#back.indexOf(number), 1);
    if (standing !== CALLED) this.#waiting--;
    if (!options.keepsName) this.#names[number] = '';
    this.#markGone(number);
  }

  /** A sign of life, good until `presentUntil`. Says whether he had been passed over. */
  showUp(number: number, presentUntil: Millis): boolean {
    const until = Math.ceil(presentUntil / SECOND);
    if (until > this.#presentUntil.at(number)) this.#presentUntil.set(number, until);
    if (this.standingOf(number) !== ASIDE) return false;
    this.#stand(number, BACK);
    this.#back.splice(this.#backIndex(this.#placeOf(number)), 0, number);
    return true;
  }

  cursor(): Cursor {
    return { serving: this.#serving, backTaken: 0, passed: [] };
  }

  /**
   * Moves the cursor to whoever is to be called next and returns his number, `steps` places at most. Who has shown up for
   * `hereSince` or later is here.
   */
  next(cursor: Cursor, hereSince: Millis, steps: number): number | undefined {
    const back = this.#back[cursor.backTaken];
    if (back !== undefined) {
      cursor.backTaken++;
      return back;
    }
    for (let step = 0; step < steps && cursor.serving < this.size; step++) {
      const number = this.#numberAt(++cursor.serving);
      if (this.standingOf(number) !== HERE) continue;
      if (this.#presentUntil.at(number) * SECOND >= hereSince) return number;
      cursor.passed.push(number);
    }
    return undefined;
  }

  /** Takes over how far a decision has come. */
  proceed({ serving, passed }: Cursor): void {
    this.#serving = Math.max(this.#serving, serving);
    for (const number of passed) if (this.standingOf(number) === HERE) this.#stand(number, ASIDE);
  }

  /** When the one who has waited longest came; undefined when nobody waits. */
  oldestJoin(): Millis | undefined {
    if (this.#waiting === 0) return undefined;
    while (this.#oldest < this.size && !this.#waits(this.#oldest)) this.#oldest++;
    return this.#oldest < this.size ? this.joinedAt(this.#oldest) : undefined;
  }

  #waits(number: number): boolean {
    const standing = this.standingOf(number);
    return standing === HERE || standing === ASIDE || standing === BACK;
  }

  #stand(number: number, standing: number): void {
    this.#standing.set(number, standing | (this.#standing.at(number) & MISSED));
  }

  #markGone(number: number): void {
    this.#standing.set(number, GONE);
    if (this.#isDrawn) this.#gone.add(this.#placeOf(number));
    else this.#goneBeforeDraw.push(number);
  }

  #placeOf(number: number): number {
    const shuffle = this.#shuffle;
    return shuffle && number < shuffle.count ? shuffle.placeOf(number) : number + 1;
  }

  #numberAt(place: number): number {
    const shuffle = this.#shuffle;
    return shuffle && place <= shuffle.count ? shuffle.indexAt(place) : place - 1;
  }

  #backIndex(place: number): number {
    let low = 0;
    let high = this.#back.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#placeOf(this.#back[middle] as number) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
