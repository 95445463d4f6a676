import type { NoticeLog } from '../../../payment/ports/notice-log.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const NOTE: WriteKind = {
  write: 'upsert',
  table: 'payment_notice',
  columns: { provider: 'text', notice_id: 'text', at: 'int' },
  key: ['provider', 'notice_id'],
  update: {},
};

const FORGET: WriteKind = {
  write: 'delete',
  table: 'payment_notice',
  columns: { at: 'int' },
  where: 'below',
};

export function sqlPaymentNotices(database: Database): NoticeLog {
  return {
    async has(provider, noticeId) {
      const rows = await database.query(
        'SELECT at FROM payment_notice WHERE provider = ? AND notice_id = ?',
        [provider, noticeId],
      );
      return rows.length > 0;
    },
    note: (provider, noticeId, at) => database.commit([{ kind: NOTE, row: [provider, noticeId, at] }]),
    forget: (before) => database.commit([{ kind: FORGET, row: [before] }]),
  };
}
