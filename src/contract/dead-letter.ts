import { type Static, Type } from 'typebox';
import { DateTime } from './common.ts';

/** A message that its consumer could not take. */
export const DeadLetterView = Type.Object(
  {
    consumer: Type.String({ examples: ['ticket'] }),
    message_id: Type.String({ examples: ['01JD6Z4V9R8Q2M3N4P5S6T7V8W'] }),
    topic: Type.String({ examples: ['order.events'] }),
    key: Type.String({ description: 'messages of one key come in order', examples: ['1'] }),
    body: Type.Unknown({ examples: [{ order_id: 1 }] }),
    reason: Type.String({ examples: ['TypeError: no such field'] }),
    attempts: Type.Integer({ examples: [5] }),
    sent_at: DateTime,
    died_at: DateTime,
  },
  { $id: 'DeadLetter' },
);
export type DeadLetterView = Static<typeof DeadLetterView>;

/** What is sent once more. */
export const DeadLetterSent = Type.Object({
  message_id: Type.String({ examples: ['01JD6Z4V9R8Q2M3N4P5S6T7V8W'] }),
});

const printed = { minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]*$' };

export const DeadLetterParams = Type.Object({
  consumer: Type.String(printed),
  message_id: Type.String(printed),
});
