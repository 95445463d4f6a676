import type { Contact } from '../ticketed-order.ts';

export interface Letter {
  /** The same for every try of one mail: a mailbox that gets it twice can tell. */
  readonly letterId: string;
  readonly to: Contact['email'];
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  readonly attachments: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly content: Uint8Array | string;
  }[];
}

/** Sends mail. */
export interface Mailer {
  /**
   * Resolves when a server has taken the letter, or has said that it never will. Throws Unavailable when nobody knows or
   * when it may go well later; sent again, it may arrive twice under one letter id.
   */
  send(letter: Letter): Promise<'sent' | { rejected: string }>;
}
