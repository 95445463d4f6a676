import type { AccountStore } from '../../../account/ports/account-store.ts';
import type { Tier, User } from '../../../account/user.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/** The name is the key, and who has it stays: a second one is no conflict that would fail what is committed with it. */
const ADD_ACCOUNT: WriteKind = {
  write: 'upsert',
  table: 'account',
  columns: { username: 'text', user_id: 'int', tier: 'text', created_at: 'int' },
  key: ['username'],
  update: {},
};

interface AccountRecord {
  username: string;
  user_id: number;
  tier: string;
  created_at: number;
}

export function sqlAccountStore(database: Database): AccountStore {
  return {
    async add({ username, userId, tier, createdAt }) {
      await database.commit([{ kind: ADD_ACCOUNT, row: [username, userId, tier, createdAt] }]);
      const [row] = await database.query<AccountRecord>('SELECT * FROM account WHERE username = ?', [
        username,
      ]);
      return row?.user_id === userId;
    },
    async find(userId) {
      const [row] = await database.query<AccountRecord>('SELECT * FROM account WHERE user_id = ?', [userId]);
      return row && userOf(row);
    },
    async remove(userId) {
      // Counted by the server, so of two that remove one user, one did.
      const removed = await database.transaction((transaction) =>
        transaction.change('DELETE FROM account WHERE user_id = ?', [userId]),
      );
      return removed > 0;
    },
  };
}

function userOf(row: AccountRecord): User {
  return {
    userId: row.user_id,
    username: row.username,
    tier: row.tier as Tier,
    createdAt: row.created_at,
  };
}
