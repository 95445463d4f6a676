import type { HoldRecord } from '../../../adapters/sql/seats/hold-row.ts';
import type { Millis } from '../../../core/clock.ts';
import type { Hold } from '../../../reservation/hold.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';

/** The ledger follows within this, its slowest commits and a change of who drains included. */
const FOLLOWS_WITHIN: Millis = 15_000;

/**
 * On nodes that share a Redis a hold is answered before the ledger has it. It must come there, unless Redis lost it on
 * the way; and what was definitely denied must never come.
 */
export class Promised {
  readonly #world: World;
  readonly #held: { hold: Hold; at: Millis }[] = [];
  readonly #denied = new Set<string>();
  readonly #extended = new Set<number>();
  /** When Redis forgot something. */
  readonly #losses: Millis[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  held(hold: Hold): void {
    this.#held.push({ hold, at: this.#world.scheduler.now });
  }

  /** Somebody asks for it; whether he gets it is another matter. */
  extending(holdId: number): void {
    this.#extended.add(holdId);
  }

  latestEnd({ hold_id, expires_at, latest_end }: HoldRecord): Millis {
    return this.#extended.has(hold_id) ? latest_end : expires_at;
  }

  /** Whatever was denied before: this time it may be granted. */
  asked(sessionId: string): void {
    this.#denied.delete(sessionId);
  }

  denied(sessionId: string): void {
    this.#denied.add(sessionId);
  }

  lost({ downMillis }: { downMillis: Millis }): void {
    this.#losses.push(this.#world.scheduler.now, this.#world.scheduler.now + downMillis);
  }

  /** Whether what was answered at this moment may have been lost with Redis since. */
  mayBeLost(at: Millis): boolean {
    return this.#losses.some((loss) => loss >= at && loss - at < FOLLOWS_WITHIN);
  }

  checkAtRest(): void {
    const { committed, marks } = this.#world;
    for (const { hold, at } of this.#held) {
      const row = committed.holds.get(hold.holdId);
      if (!row && this.mayBeLost(at)) marks.met('hold lost with the seats');
      else {
        must(
          row !== undefined,
          32,
          () => `hold ${hold.holdId} was acknowledged and never came to the ledger`,
        );
        const isThere = row.expires_at >= hold.expiresAt || row.order_id !== null || this.mayBeLost(at);
        must(isThere, 32, () => `hold ${hold.holdId} was to last until ${hold.expiresAt}: ${row.expires_at}`);
      }
    }
    for (const { session_id, hold_id } of committed.holds.values()) {
      const isDenied = session_id !== null && this.#denied.has(session_id);
      must(!isDenied, 41, () => `${session_id} was told that nothing happened, and has hold ${hold_id}`);
    }
  }
}
