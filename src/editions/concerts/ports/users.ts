import type { Refusal } from '../../../core/refusal.ts';

export interface ConcertUser {
  userId: number;
  username: string;
  tier: string;
}

/** Whoever has an account. */
export interface Users {
  create(draft: { username: string; tier: 'BASIC' | 'VIP' }): Promise<ConcertUser | Refusal>;
  user(userId: number): Promise<ConcertUser | Refusal>;
  remove(userId: number): Promise<{ removed: true } | Refusal>;
}
