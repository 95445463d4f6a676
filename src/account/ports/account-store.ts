import type { User } from '../user.ts';

/** Keeps users. Every method may throw Unavailable. */
export interface AccountStore {
  /**
   * Adds a user unless somebody has the name, and says whether it did; durable when it resolves. Of two that add one name
   * at the same time, on two nodes too, one does.
   */
  add(user: User): Promise<boolean>;
  find(userId: number): Promise<User | undefined>;
  /** Removes a user, durable when it resolves, and says whether there was one. The name is free again. */
  remove(userId: number): Promise<boolean>;
}
