import type { SeriesStore } from '../../../catalog/ports/series-store.ts';
import type { SalesPolicy, Series } from '../../../catalog/series.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/** A revision that does not grow is refused: another node changed the series first. */
const PUT_SERIES: WriteKind = {
  write: 'upsert',
  table: 'series',
  columns: {
    series_id: 'int',
    title: 'text',
    artist: 'text',
    agency: 'text',
    policy_json: 'text',
    revision: 'int',
    created_at: 'int',
    removed_at: 'int',
  },
  key: ['series_id'],
  update: {
    title: 'replace',
    artist: 'replace',
    agency: 'replace',
    policy_json: 'replace',
    revision: 'replace',
    removed_at: 'replace',
  },
  guard: { revision: 'grows' },
  mustApply: true,
};

interface SeriesRecord {
  series_id: number;
  title: string;
  artist: string;
  agency: string | null;
  policy_json: string | null;
  revision: number;
  created_at: number;
  removed_at: number | null;
}

export function sqlSeriesStore(database: Database): SeriesStore {
  return {
    async load() {
      const rows = await database.query<SeriesRecord>('SELECT * FROM series ORDER BY series_id');
      return rows.map(seriesOf);
    },
    async revision() {
      // Every change raises the revision of one series by one, or adds one, whose first revision is 1.
      const [row] = await database.query<{ revisions: number | string | null }>(
        'SELECT SUM(revision) AS revisions FROM series',
      );
      return Number(row?.revisions ?? 0);
    },
    async save({ seriesId, title, artist, agency, policy, revision, createdAt, removedAt }) {
      const policyJson = policy && JSON.stringify(policy);
      const row = [seriesId, title, artist, agency, policyJson, revision, createdAt, removedAt];
      await database.commit([{ kind: PUT_SERIES, row }]);
    },
  };
}

function seriesOf(row: SeriesRecord): Series {
  return {
    seriesId: row.series_id,
    title: row.title,
    artist: row.artist,
    agency: row.agency,
    policy: row.policy_json === null ? null : (JSON.parse(row.policy_json) as SalesPolicy),
    revision: row.revision,
    createdAt: row.created_at,
    removedAt: row.removed_at,
  };
}
