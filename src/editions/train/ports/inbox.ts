/** What was dealt with of the requests that came as messages. Both methods may throw Unavailable. */
export interface Inbox {
  hasTaken(messageId: string): Promise<boolean>;
  /** Durable when it resolves; twice is once. Remembered for longer than a broker keeps what it delivered. */
  took(messageId: string): Promise<void>;
}
