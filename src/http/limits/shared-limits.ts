import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import type { Spending, SpendingNews } from '../ports/spending-news.ts';
import type { RateLimit } from './rate-limit.ts';

const TOLD_EVERY: Millis = SECOND;
/** Who spends less at a node than this part of his limit is not worth telling. */
const SHARE_TOLD = 1 / 16;
/** Callers in one message: those who spent most. */
const TOLD_MAX = 1_000;

export interface Limits {
  readonly principal: RateLimit | undefined;
  readonly address: RateLimit | undefined;
}

export interface LimitsNeeds {
  news: SpendingNews;
  clock: Clock;
}

/**
 * Makes the limits of several nodes as good as one. No request waits for it: each node decides alone, tells the others
 * every T = 1 second what callers spent who spent much, and charges them with what it hears. Of a caller whose limit is L a
 * second, n nodes (8 at most) let pass in any W seconds
 *
 *     L × W × (1 + (n − 1) / 16)  +  L  +  (n − 1) × L × (1 + T + delay)
 *
 * at most: for a time, L and a sixteenth of L for each further node, which is what is not worth telling; and beside the burst
 * of one second, at each further node, what it lets pass until it hears of the others. That holds for the thousand
 * callers of a node that spend most in a second. While nothing can be told, each node limits by itself.
 */
export function shareLimits(limits: Limits, { news, clock }: LimitsNeeds): () => void {
  const names = ['principal', 'address'] as const;
  for (const name of names) limits[name]?.spent();
  const leave = news.listen(({ limit, spent }) => {
    const now = clock.now();
    for (const [key, requests] of spent) limits[limit]?.charge(key, requests, now);
  });
  const stop = every(clock, TOLD_EVERY, async () => {
    for (const name of names) {
      const limit = limits[name];
      const spent = limit ? worthTelling(limit, TOLD_EVERY) : [];
      if (spent.length > 0) news.tell({ limit: name, spent });
    }
  });
  return () => {
    stop();
    leave();
  };
}

/** What callers spent who spent much since this was last asked. */
export function worthTelling(limit: RateLimit, inMillis: Millis): Spending['spent'] {
  const least = (limit.perSecond * inMillis * SHARE_TOLD) / SECOND;
  const much = [...limit.spent()].filter(([, requests]) => requests >= least);
  if (much.length <= TOLD_MAX) return much;
  return much.sort(([, left], [, right]) => right - left).slice(0, TOLD_MAX);
}
