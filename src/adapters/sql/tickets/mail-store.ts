import type { Language } from '../../../core/language.ts';
import type { Mail, MailState } from '../../../ticket/mail.ts';
import type { MailStore } from '../../../ticket/ports/mail-store.ts';
import type { Database, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const PUT_MAIL: WriteKind = {
  write: 'upsert',
  table: 'ticket_mail',
  columns: {
    order_id: 'int',
    email: 'text',
    language: 'text',
    state: 'text',
    version: 'int',
    attempts: 'int',
    due_at: 'int',
    changed_at: 'int',
    reason: 'text',
  },
  key: ['order_id'],
  update: {
    state: 'replace',
    version: 'replace',
    attempts: 'replace',
    due_at: 'replace',
    changed_at: 'replace',
    reason: 'replace',
  },
  guard: { version: 'grows' },
  // Of two nodes that want to send, one may.
  mustApply: true,
};

interface MailRecord {
  order_id: number;
  email: string;
  language: Language;
  state: MailState;
  version: number;
  attempts: number;
  due_at: number | null;
  changed_at: number;
  reason: string | null;
}

export function mailWrite(mail: Mail): Write {
  const { orderId, contact, state, version, attempts, dueAt, changedAt, reason } = mail;
  const { email, language } = contact;
  return {
    kind: PUT_MAIL,
    row: [orderId, email, language, state, version, attempts, dueAt, changedAt, reason],
  };
}

export function sqlMailStore(database: Database): MailStore {
  return {
    async due(now, limit) {
      const rows = await database.query<MailRecord>(
        'SELECT * FROM ticket_mail WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?',
        [now, limit],
      );
      return rows.map(mailOf);
    },
    save: (mail) => database.commit([mailWrite(mail)]),
    async find(orderId) {
      const [row] = await database.query<MailRecord>('SELECT * FROM ticket_mail WHERE order_id = ?', [
        orderId,
      ]);
      return row && mailOf(row);
    },
  };
}

function mailOf(row: MailRecord): Mail {
  return {
    orderId: row.order_id,
    contact: { email: row.email, language: row.language },
    state: row.state,
    version: row.version,
    attempts: row.attempts,
    dueAt: row.due_at,
    changedAt: row.changed_at,
    reason: row.reason,
  };
}
