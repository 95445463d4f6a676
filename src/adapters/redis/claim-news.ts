import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { SeatMove } from '../../reservation/claims.ts';
import type { ClaimNews, ClaimNewsListener } from '../../reservation/ports/claim-news.ts';
import type { RedisConnection } from './connection/connection.ts';

const CHANNEL = 'ticketing:{rows}:news';
/** More are read from the ledger by who wants to know them. */
const MOVES_AT_ONCE = 500;
const SAID_AGAIN_MILLIS = 500;
const NODE_BYTES = 8;

interface News {
  node: string;
  eventId: number;
  epoch: number;
  /** Absent: to be read. */
  moves?: readonly SeatMove[];
}

/** One channel for all events whose claims are in the ledger's rows: their pace is the ledger's. */
export function redisClaimNews(needs: {
  connection: RedisConnection;
  random: Random;
}): ClaimNews & { close(): void } {
  return new RedisClaimNews(needs);
}

class RedisClaimNews implements ClaimNews {
  readonly #connection: RedisConnection;
  readonly #node: string;
  /** Events of which something could not be told, with their epochs. */
  readonly #untold = new Map<number, number>();
  #cancelAgain: (() => void) | undefined;

  constructor({ connection, random }: { connection: RedisConnection; random: Random }) {
    this.#connection = connection;
    this.#node = random.hex(NODE_BYTES);
  }

  moved(eventId: number, epoch: number, moves: readonly SeatMove[]): void {
    void this.#tell({ eventId, epoch, ...(moves.length <= MOVES_AT_ONCE && { moves }) });
  }

  reloaded(eventId: number, epoch: number): void {
    void this.#tell({ eventId, epoch });
  }

  listen(listener: ClaimNewsListener): () => void {
    let isFirst = true;
    return this.#connection.subscribe(CHANNEL, {
      message: (text) => this.#hear(listener, JSON.parse(text) as News),
      listening() {
        if (!isFirst) listener.missed();
        isFirst = false;
      },
    });
  }

  close(): void {
    this.#cancelAgain?.();
  }

  #hear(listener: ClaimNewsListener, { node, eventId, epoch, moves }: News): void {
    if (node === this.#node) return;
    if (moves) listener.moved(eventId, epoch, moves);
    else listener.reloaded(eventId, epoch);
  }

  async #tell(news: Omit<News, 'node'>): Promise<void> {
    try {
      await this.#connection.publish(CHANNEL, JSON.stringify({ node: this.#node, ...news }));
    } catch (error) {
      onlyUnavailable(error);
      this.#untold.set(news.eventId, Math.max(news.epoch, this.#untold.get(news.eventId) ?? 0));
      this.#cancelAgain ??= this.#connection.ownClock.after(SAID_AGAIN_MILLIS, () => this.#tellAgain());
    }
  }

  #tellAgain(): void {
    this.#cancelAgain = undefined;
    const untold = [...this.#untold];
    this.#untold.clear();
    for (const [eventId, epoch] of untold) this.reloaded(eventId, epoch);
  }
}
