import type { Clock } from '../../core/clock.ts';
import { Turns } from '../../core/turns.ts';
import {
  EMPTY_LINE,
  joined,
  type Line,
  type LineTerms,
  letIn,
  resold,
  type Standing,
} from '../../waiting-room/series-line/line.ts';
import type {
  LineChange,
  SeriesLineLedger,
} from '../../waiting-room/series-line/ports/series-line-ledger.ts';
import type { SeriesLineStore } from '../../waiting-room/series-line/ports/series-line-store.ts';

/** Ends of activity are looked through when so many have come since the last time. */
const FORGOTTEN_EVERY = 1_000;

export interface SeriesLineStoreNeeds {
  clock: Clock;
  ledger: SeriesLineLedger;
  terms: LineTerms;
}

/** Lines in memory, each change of them in the ledger before it is answered. One change at a time. */
export function embeddedSeriesLineStore(needs: SeriesLineStoreNeeds): SeriesLineStore {
  return new EmbeddedSeriesLineStore(needs);
}

class EmbeddedSeriesLineStore implements SeriesLineStore {
  readonly #needs: SeriesLineStoreNeeds;
  readonly #turns = new Turns<'all'>();
  #lines = new Map<number, Line>();
  #activeUntil = new Map<string, number>();
  #place = 0;
  /** Of the ledger when memory was loaded from it. */
  #lineage: number | undefined;
  #forgetAt = FORGOTTEN_EVERY;

  constructor(needs: SeriesLineStoreNeeds) {
    this.#needs = needs;
  }

  join(seriesId: number, userId: string): Promise<Standing> {
    return this.#turn(async (now) => {
      if (this.#isActive(userId, now)) return this.#standing(seriesId, userId, now);
      const line = this.#lines.get(seriesId) ?? EMPTY_LINE;
      const next = joined(line, userId, now, this.#needs.terms);
      if (next === 'full') return { status: 'REJECTED' };
      if (next !== line) {
        const place = this.#place + 1;
        await this.#needs.ledger.append({
          joined: [{ seriesId, userId, place }],
          paces: [{ seriesId, pace: next.pace }],
        });
        this.#place = place;
        this.#lines.set(seriesId, next);
      }
      return this.#standing(seriesId, userId, now);
    });
  }

  async standings(seriesId: number, userIds: readonly string[]): Promise<Standing[]> {
    await this.#current();
    const now = this.#needs.clock.now();
    return userIds.map((userId) => this.#standing(seriesId, userId, now));
  }

  letIn(seriesIds: readonly number[]): Promise<{ seriesId: number; userIds: string[] }[]> {
    return this.#turn(async (now) => {
      const came: { seriesId: number; userIds: string[] }[] = [];
      for (const seriesId of seriesIds) {
        const line = this.#lines.get(seriesId);
        if (!line) continue;
        const { line: next, admitted } = letIn(line, now, this.#needs.terms);
        if (admitted.length === 0) continue;
        await this.#admit(seriesId, next, admitted, now);
        came.push({ seriesId, userIds: [...admitted] });
      }
      return came;
    });
  }

  letInNext(seriesId: number): Promise<string[]> {
    return this.#turn(async (now) => {
      const { line, admitted } = resold(this.#lines.get(seriesId) ?? EMPTY_LINE, now, this.#needs.terms);
      if (admitted.length > 0) await this.#admit(seriesId, line, admitted, now);
      return [...admitted];
    });
  }

  async isActive(userId: string): Promise<boolean> {
    await this.#current();
    return this.#isActive(userId, this.#needs.clock.now());
  }

  clear(seriesId: number): Promise<void> {
    return this.#turn(async () => {
      const { waiting = [] } = this.#lines.get(seriesId) ?? {};
      if (waiting.length === 0) return;
      await this.#needs.ledger.append({
        left: waiting.map((userId) => ({ seriesId, userId })),
        paces: [{ seriesId, pace: EMPTY_LINE.pace }],
      });
      this.#lines.delete(seriesId);
    });
  }

  async #admit(seriesId: number, line: Line, admitted: readonly string[], now: number): Promise<void> {
    const until = now + this.#needs.terms.activeMillis;
    const change: LineChange = {
      left: admitted.map((userId) => ({ seriesId, userId })),
      paces: [{ seriesId, pace: line.pace }],
      active: admitted.map((userId) => ({ userId, until })),
    };
    await this.#needs.ledger.append(change);
    this.#lines.set(seriesId, line);
    for (const userId of admitted) this.#activeUntil.set(userId, until);
    await this.#forget(now);
  }

  /** Those whose time is over are forgotten now and then, here and in the ledger. */
  async #forget(now: number): Promise<void> {
    if (this.#activeUntil.size < this.#forgetAt) return;
    await this.#needs.ledger.forgetActive(now);
    for (const [userId, until] of this.#activeUntil) if (until <= now) this.#activeUntil.delete(userId);
    this.#forgetAt = this.#activeUntil.size + FORGOTTEN_EVERY;
  }

  #standing(seriesId: number, userId: string, now: number): Standing {
    const until = this.#activeUntil.get(userId) ?? 0;
    if (until > now) return { status: 'ACTIVE', leftMillis: until - now };
    const index = this.#lines.get(seriesId)?.waiting.indexOf(userId) ?? -1;
    return index < 0 ? { status: 'NONE' } : { status: 'WAITING', rank: index + 1 };
  }

  #isActive(userId: string, now: number): boolean {
    return (this.#activeUntil.get(userId) ?? 0) > now;
  }

  #turn<R>(change: (now: number) => Promise<R>): Promise<R> {
    return this.#turns.take('all', async () => {
      if (this.#lineage !== this.#needs.ledger.lineage()) await this.#load();
      return change(this.#needs.clock.now());
    });
  }

  /** What was lost is not shown. */
  async #current(): Promise<void> {
    if (this.#lineage !== this.#needs.ledger.lineage()) await this.#turn(async () => undefined);
  }

  async #load(): Promise<void> {
    const { ledger, clock } = this.#needs;
    const lineage = ledger.lineage();
    const { places, paces, active } = await ledger.load(clock.now());
    const waiting = new Map<number, string[]>();
    for (const { seriesId, userId } of places)
      waiting.set(seriesId, [...(waiting.get(seriesId) ?? []), userId]);
    const paceOf = new Map(paces.map(({ seriesId, pace }) => [seriesId, pace]));
    this.#lines = new Map(
      [...new Set([...waiting.keys(), ...paceOf.keys()])].map((seriesId) => [
        seriesId,
        { waiting: waiting.get(seriesId) ?? [], pace: paceOf.get(seriesId) ?? EMPTY_LINE.pace },
      ]),
    );
    this.#activeUntil = new Map(active.map(({ userId, until }) => [userId, until]));
    this.#place = places.reduce((last, { place }) => Math.max(last, place), 0);
    this.#lineage = lineage;
  }
}
