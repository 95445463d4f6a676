import type { SeriesLineLedger } from '../../../waiting-room/series-line/ports/series-line-ledger.ts';
import type { Database, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const ADD_PLACE: WriteKind = {
  write: 'upsert',
  table: 'series_place',
  columns: { series_id: 'int', user_id: 'text', place: 'int' },
  key: ['series_id', 'user_id'],
  update: { place: 'replace' },
};

const END_PLACE: WriteKind = {
  write: 'delete',
  table: 'series_place',
  columns: { series_id: 'int', user_id: 'text' },
};

const PUT_PACE: WriteKind = {
  write: 'upsert',
  table: 'series_pace',
  columns: { series_id: 'int', due_at: 'int', resale_from: 'int', resold: 'int' },
  key: ['series_id'],
  update: { due_at: 'replace', resale_from: 'replace', resold: 'replace' },
};

const PUT_ACTIVE: WriteKind = {
  write: 'upsert',
  table: 'active_user',
  columns: { user_id: 'text', until_at: 'int' },
  key: ['user_id'],
  update: { until_at: 'replace' },
};

const FORGET_ACTIVE: WriteKind = {
  write: 'delete',
  table: 'active_user',
  columns: { until_at: 'int' },
  where: 'below',
};

interface PaceRecord {
  series_id: number;
  due_at: number | null;
  resale_from: number;
  resold: number;
}

export function sqlSeriesLineLedger(database: Database): SeriesLineLedger {
  return {
    async load(now) {
      const [places, paces, active] = await Promise.all([
        database.query<{ series_id: number; user_id: string; place: number }>(
          'SELECT series_id, user_id, place FROM series_place ORDER BY series_id, place',
        ),
        database.query<PaceRecord>('SELECT * FROM series_pace'),
        database.query<{ user_id: string; until_at: number }>(
          'SELECT user_id, until_at FROM active_user WHERE until_at > ?',
          [now],
        ),
      ]);
      return {
        places: places.map((row) => ({ seriesId: row.series_id, userId: row.user_id, place: row.place })),
        paces: paces.map((row) => ({
          seriesId: row.series_id,
          pace: { dueAt: row.due_at, resaleFrom: row.resale_from, resold: row.resold },
        })),
        active: active.map((row) => ({ userId: row.user_id, until: row.until_at })),
      };
    },
    append({ joined = [], left = [], paces = [], active = [] }) {
      const writes: Write[] = [
        ...joined.map(({ seriesId, userId, place }) => ({ kind: ADD_PLACE, row: [seriesId, userId, place] })),
        ...left.map(({ seriesId, userId }) => ({ kind: END_PLACE, row: [seriesId, userId] })),
        ...paces.map(({ seriesId, pace }) => ({
          kind: PUT_PACE,
          row: [seriesId, pace.dueAt, pace.resaleFrom, pace.resold],
        })),
        ...active.map(({ userId, until }) => ({ kind: PUT_ACTIVE, row: [userId, until] })),
      ];
      return database.commit(writes);
    },
    forgetActive: (before) => database.commit([{ kind: FORGET_ACTIVE, row: [before] }]),
    lineage: () => database.lineage,
  };
}
