import { expect, it } from 'vitest';
import type { User } from '../../src/account/user.ts';
import type { Series } from '../../src/catalog/series.ts';
import { MINUTE } from '../../src/core/clock.ts';
import type { HoldAttempt } from '../../src/reservation/abuse.ts';
import type { Backend } from '../backends/backend.ts';
import { onEach } from './on-each.ts';

let count = 0;
const fresh = () => ++count;

export function accountStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'AccountStore', (running) => {
    const store = () => running().ports.accountStore;
    const user = (more: Partial<User> = {}): User => {
      const userId = fresh();
      return { userId, username: `user ${userId}`, tier: 'BASIC', createdAt: 5, ...more };
    };

    it('add: is found as it was added, after a restart too', async () => {
      const vip = user({ tier: 'VIP', username: '민지 é' });
      expect(await store().add(vip)).toBe(true);
      await running().reopen();
      expect(await store().find(vip.userId)).toEqual(vip);
      expect(await store().find(99_999)).toBeUndefined();
    });

    it('add: a name is one user’s, and two names that differ in case are two', async () => {
      const [first, second] = [user(), user()];
      expect(await store().add(first)).toBe(true);
      expect(await store().add({ ...second, username: first.username })).toBe(false);
      expect(await store().find(second.userId)).toBeUndefined();
      expect(await store().add({ ...second, username: first.username.toUpperCase() })).toBe(true);
    });

    it('add: of many that want one name at once, one gets it', async () => {
      const username = `wanted ${fresh()}`;
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => store().add({ ...user(), username })),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    it('remove: says whether there was one, and the name is free again', async () => {
      const gone = user();
      await store().add(gone);
      expect(await store().remove(gone.userId)).toBe(true);
      expect(await store().remove(gone.userId)).toBe(false);
      expect(await store().find(gone.userId)).toBeUndefined();
      expect(await store().add({ ...user(), username: gone.username })).toBe(true);
    });
  });
}

export function seriesStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'SeriesStore', (running) => {
    const store = () => running().ports.seriesStore;
    const series = (more: Partial<Series> = {}): Series => ({
      seriesId: fresh(),
      title: '겨울 콘서트',
      artist: 'Onrush',
      agency: null,
      policy: null,
      revision: 1,
      createdAt: 5,
      removedAt: null,
      ...more,
    });
    const found = async (seriesId: number) =>
      (await store().load()).find((each) => each.seriesId === seriesId);

    it('save and load: as it was written, after a restart too', async () => {
      const policy = {
        presaleStartsAt: 1,
        presaleEndsAt: 2,
        presaleMinimumTier: 'VIP',
        generalSaleStartsAt: 3,
        reservationsPerBuyer: 2,
      };
      const written = series({ agency: 'House', policy });
      await store().save(written);
      await running().reopen();
      expect(await found(written.seriesId)).toEqual(written);
    });

    it('save: a revision that does not grow is refused, and changes nothing', async () => {
      const written = series();
      await store().save(written);
      await store().save({ ...written, title: 'second', revision: 2 });
      await expect(store().save({ ...written, title: 'late', revision: 2 })).rejects.toThrow();
      expect((await found(written.seriesId))?.title).toBe('second');
    });

    it('revision: is another one after each change', async () => {
      const seen = [await store().revision()];
      const written = series();
      await store().save(written);
      seen.push(await store().revision());
      await store().save({ ...written, revision: 2, removedAt: 9 });
      seen.push(await store().revision());
      expect(new Set(seen).size).toBe(3);
    });
  });
}

export function attemptLogConformance(backends: readonly Backend[]): void {
  onEach(backends, 'AttemptLog', (running) => {
    const log = () => running().ports.attemptLog;
    const attempt = (more: Partial<HoldAttempt> = {}): HoldAttempt => ({
      attemptId: `attempt-${String(fresh()).padStart(6, '0')}`,
      at: 1_000,
      userId: `user-${fresh()}`,
      seriesId: 4,
      eventId: 2,
      seatId: 3,
      requestMark: null,
      deviceMark: null,
      ...more,
    });
    const EVERYTHING = { limit: 1_000 };

    it('earlier: the user’s latest, the same request, somebody else on the device', async () => {
      const [userId, other] = [`user-${fresh()}`, `user-${fresh()}`];
      const [requestMark, deviceMark] = [`r${fresh()}`, `d${fresh()}`];
      for (const at of [1, 2, 3, 4]) await log().add(attempt({ userId, at, deviceMark }), undefined);
      await log().add(attempt({ userId: other, at: 5, requestMark }), undefined);
      await log().add(attempt({ userId: other, at: 6, deviceMark }), undefined);
      const earlier = await log().earlier(attempt({ userId, requestMark, deviceMark }));
      expect(earlier).toEqual({ ofUser: [4, 3, 2], sameRequest: 5, otherOnDevice: 6 });
    });

    it('earlier: nothing of those who say nothing of themselves, and nothing of oneself on the device', async () => {
      const userId = `user-${fresh()}`;
      const deviceMark = `d${fresh()}`;
      await log().add(attempt({ userId, deviceMark, at: 7 }), undefined);
      expect(await log().earlier(attempt())).toEqual({
        ofUser: [],
        sameRequest: undefined,
        otherOnDevice: undefined,
      });
      expect((await log().earlier(attempt({ userId, deviceMark }))).otherOnDevice).toBeUndefined();
    });

    it('add: a refusal is kept as a record, latest first, after a restart too', async () => {
      const userId = `user-${fresh()}`;
      const [early, late] = [attempt({ userId, at: 1, requestMark: 'é' }), attempt({ userId, at: 2 })];
      await log().add(early, 'RATE_LIMIT_EXCEEDED');
      await log().add(late, 'DUPLICATE_REQUEST_FINGERPRINT');
      await log().add(attempt({ userId, at: 3 }), undefined);
      await running().reopen();
      expect(await log().records({ userId, limit: 10 })).toEqual([
        { ...late, reason: 'DUPLICATE_REQUEST_FINGERPRINT' },
        { ...early, reason: 'RATE_LIMIT_EXCEEDED' },
      ]);
      expect(await log().records({ userId, limit: 1 })).toHaveLength(1);
      const only = {
        userId,
        reason: 'RATE_LIMIT_EXCEEDED',
        seriesId: 4,
        from: 1,
        until: 1,
        limit: 10,
      } as const;
      expect(await log().records(only)).toEqual([{ ...early, reason: 'RATE_LIMIT_EXCEEDED' }]);
      expect(await log().records({ ...only, seriesId: 5 })).toEqual([]);
    });

    it('forget: tries by age, records by age and by number', async () => {
      const keepAll = { attemptsBefore: 0, recordsBefore: 0, recordsMax: 1_000 };
      await log().forget({ ...keepAll, attemptsBefore: MINUTE, recordsBefore: MINUTE });
      const userId = `user-${fresh()}`;
      for (const at of [1, 2, 3, 4])
        await log().add(attempt({ userId, at: MINUTE + at }), 'RATE_LIMIT_EXCEEDED');
      const times = async () => (await log().records(EVERYTHING)).map(({ at }) => at - MINUTE);
      await log().forget({ ...keepAll, attemptsBefore: MINUTE + 3 });
      expect((await log().earlier(attempt({ userId }))).ofUser).toEqual([MINUTE + 4, MINUTE + 3]);
      expect(await times()).toEqual([4, 3, 2, 1]);
      await log().forget({ ...keepAll, recordsBefore: MINUTE + 2 });
      expect(await times()).toEqual([4, 3, 2]);
      await log().forget({ ...keepAll, recordsMax: 2 });
      expect(await times()).toEqual([4, 3]);
    });
  });
}

export function latestRequestsConformance(backends: readonly Backend[]): void {
  onEach(backends, 'LatestRequests', (running) => {
    const latest = () => running().ports.latestRequests;

    it('note: the latest of a buyer for a seat is found, after a restart too', async () => {
      const userId = `user-${fresh()}`;
      await latest().note({ userId, seatId: 1, requestId: 'first', at: 1 });
      await latest().note({ userId, seatId: 1, requestId: 'second', at: 2 });
      await latest().note({ userId, seatId: 2, requestId: null, at: 3 });
      await running().reopen();
      expect(await latest().of(userId, 1)).toEqual({ requestId: 'second' });
      expect(await latest().of(userId, 2)).toEqual({ requestId: null });
      expect(await latest().of(userId, 3)).toBeUndefined();
      expect(await latest().of('somebody else', 1)).toBeUndefined();
    });

    it('forgetBefore: what was noted before is not found any more', async () => {
      const userId = `user-${fresh()}`;
      await latest().note({ userId, seatId: 1, requestId: 'old', at: 10 });
      await latest().note({ userId, seatId: 2, requestId: 'new', at: 20 });
      await latest().forgetBefore(20);
      expect(await latest().of(userId, 1)).toBeUndefined();
      expect(await latest().of(userId, 2)).toEqual({ requestId: 'new' });
    });
  });
}
