import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { AccountStore } from './ports/account-store.ts';
import { accountIdOf, type Tier, type User } from './user.ts';

export interface AccountNeeds {
  store: AccountStore;
  ids: Pick<Ids, 'nextBlock'>;
  clock: Clock;
}

/** Users and their tiers. */
export class AccountService {
  readonly #needs: AccountNeeds;

  constructor(needs: AccountNeeds) {
    this.#needs = needs;
  }

  async create(draft: { username: string; tier: Tier }): Promise<User | Refusal> {
    const { store, ids, clock } = this.#needs;
    const userId = await ids.nextBlock('user', 1);
    const user: User = { ...draft, userId, username: draft.username.trim(), createdAt: clock.now() };
    return (await store.add(user)) ? user : refuse('USERNAME_TAKEN');
  }

  async user(userId: number): Promise<User | Refusal> {
    return (await this.#needs.store.find(userId)) ?? refuse('USER_NOT_FOUND');
  }

  /** The account ends; what its owner has bought stays his. */
  async remove(userId: number): Promise<{ removed: true } | Refusal> {
    return (await this.#needs.store.remove(userId)) ? { removed: true } : refuse('USER_NOT_FOUND');
  }

  /** Of a buyer as sales know him; who has no account is of the least tier. */
  async tierOf(buyer: string): Promise<Tier> {
    const userId = accountIdOf(buyer);
    const user = userId === undefined ? undefined : await this.#needs.store.find(userId);
    return user?.tier ?? 'BASIC';
  }
}
