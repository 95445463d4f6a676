import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { RateLimit } from '../../src/http/limits/rate-limit.ts';
import { shareLimits } from '../../src/http/limits/shared-limits.ts';
import type { Spending, SpendingNews } from '../../src/http/ports/spending-news.ts';
import type { Shared } from '../backends/shared.ts';
import { eventually } from '../system/eventually.ts';
import { onShared } from './on-shared.ts';

/** A node that listens, and what it heard. */
function ear(news: SpendingNews): { heard: Spending[]; end(): void } {
  const heard: Spending[] = [];
  return { heard, end: news.listen((spending) => void heard.push(spending)) };
}

const hello: Spending = { limit: 'address', spent: [['hello', 1]] };

export function spendingNewsConformance(all: readonly Shared[]): void {
  const shared = all.filter(({ manyNodes }) => manyNodes);
  onShared(shared, 'SpendingNews', ({ nodes }) => {
    const newsOf = async (count: number) =>
      (await nodes(count)).map(({ spendingNews }) => spendingNews as SpendingNews);
    /** Until a channel is heard, what is told there is lost. */
    const untilHeard = (teller: SpendingNews, ears: readonly { heard: Spending[] }[]) =>
      eventually(() => {
        teller.tell(hello);
        return ears.every(({ heard }) => heard.length > 0);
      }, true);

    it('tell: every other node hears it once, the teller does not', async () => {
      const [one, two, three] = (await newsOf(3)) as [SpendingNews, SpendingNews, SpendingNews];
      const ears = [ear(two), ear(three)];
      const own = ear(one);
      await untilHeard(one, ears);
      const told: Spending = { limit: 'principal', spent: [['ann 한글', 7]] };
      one.tell(told);
      const others = ({ heard }: { heard: Spending[] }) => heard.filter(({ limit }) => limit === 'principal');
      for (const each of ears) await eventually(() => others(each).length, 1);
      await delay(50);
      for (const each of ears) expect(others(each)).toEqual([told]);
      expect(own.heard).toEqual([]);
      for (const each of [...ears, own]) each.end();
    });

    it('shareLimits: a caller who floods two nodes has his limit once, and what passes until they hear', async () => {
      const [one, two] = (await newsOf(2)) as [SpendingNews, SpendingNews];
      const clock = systemClock();
      const ears = [ear(one), ear(two)];
      await Promise.all([untilHeard(two, ears.slice(0, 1)), untilHeard(one, ears.slice(1))]);
      const limit = 50;
      const [here, there] = [new RateLimit(limit), new RateLimit(limit)];
      const ends = [
        shareLimits({ principal: here, address: undefined }, { news: one, clock }),
        shareLimits({ principal: there, address: undefined }, { news: two, clock }),
      ];
      const begun = clock.now();
      let passed = 0;
      while (clock.now() < begun + 6_000) {
        for (const at of [here, there]) if (at.take('ann', clock.now()) === 0) passed++;
        await delay(2);
      }
      const seconds = (clock.now() - begun) / 1_000;
      // Told every second; a machine that is busy with other tests may be a second late with the news, once.
      const untilHeardOf = 1 + 1 + 1;
      expect(passed).toBeLessThanOrEqual(limit * (seconds * (1 + 1 / 16) + 1 + untilHeardOf));
      expect(passed).toBeGreaterThanOrEqual(limit * seconds * 0.9);
      for (const end of [...ends, ...ears.map(({ end }) => end)]) end();
    });
  });
}
