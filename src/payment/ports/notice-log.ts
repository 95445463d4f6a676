import type { Millis } from '../../core/clock.ts';

/** Which of a provider's notices have had their effect. */
export interface NoticeLog {
  has(provider: string, noticeId: string): Promise<boolean>;
  /** Durable when it resolves; noting one again is harmless. */
  note(provider: string, noticeId: string, at: Millis): Promise<void>;
  /** Forgets those noted before this time. */
  forget(before: Millis): Promise<void>;
}
