import type { RefusalCode } from '../../core/refusal.ts';
import type { Face } from '../../http/face.ts';
import { type Language, languageOf } from '../../http/messages/sentence.ts';

interface Words {
  code: string;
  status?: number;
  /** Where the house's sentence speaks of a booking. */
  says?: Readonly<Record<Language, string>>;
}

const CONFLICT: Words = { code: 'RESERVATION_CONFLICT', status: 409 };
const GONE: Words = { code: 'RESERVATION_EXPIRED', status: 410 };

/** What this edition's clients call what the house refuses; the other codes are the house's own. */
const WORDS: Partial<Record<RefusalCode, Words>> = {
  SEATS_TAKEN: CONFLICT,
  SEATS_UNKNOWN: CONFLICT,
  SEAT_OF_OTHER_EVENT: CONFLICT,
  SEAT_NOT_YOURS: CONFLICT,
  SEAT_NOT_RESERVED: CONFLICT,
  SEATS_LOST: CONFLICT,
  RESERVATION_NOT_ACTIVE: CONFLICT,
  RESERVATION_NOT_FOUND: GONE,
  RESERVATION_EXPIRED: GONE,
  PAYMENT_DEADLINE_PASSED: GONE,
  SEAT_SOLD: { code: 'VALIDATION_FAILED', status: 422 },
  BOOKING_NOT_FOUND: {
    code: 'ORDER_NOT_FOUND',
    says: { en: 'Order not found', ko: '주문을 찾을 수 없습니다' },
  },
};

/** Errors as `{code, message, traceId}`. */
export const ORDERS_FACE: Face = {
  wordsFor({ refusal, answer, request }) {
    const { code, status, says }: Words = WORDS[refusal.refused] ?? { code: answer.code };
    const message = says?.[languageOf(request.headers['accept-language'])];
    const sentence = message === undefined ? {} : { message, detail: message };
    return { ...(status !== undefined && { status }), fields: { code, ...sentence } };
  },
};

/** Where it does not matter why the caller does not hold a seat. */
export const ORDERS_FACE_OF_ORDERS: Face = {
  wordsFor: (refused) =>
    refused.refusal.refused === 'RESERVATION_EXPIRED'
      ? { status: 409, fields: { code: CONFLICT.code } }
      : ORDERS_FACE.wordsFor(refused),
};
