import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/core/refusal.ts';
import { rushHall } from '../../../src/demo/rush.ts';
import { HOLD_FACE, JOIN_FACE, PAY_FACE, RUSH_FACE } from '../../../src/editions/rush/face.ts';
import { updateFrame } from '../../../src/editions/rush/socket-wire.ts';
import { errorAnswer, STATUS_OF } from '../../../src/http/answers/refusals.ts';
import type { Face } from '../../../src/http/face.ts';

function said(face: Face, code: Parameters<typeof refuse>[0], facts = {}) {
  const refusal = refuse(code, facts);
  const answer = errorAnswer(refusal, { traceId: 't', acceptLanguage: undefined });
  const words = face.wordsFor({
    refusal,
    answer,
    status: STATUS_OF[code],
    request: { url: '/', headers: {} },
  });
  return { status: words.status ?? STATUS_OF[code], ...(words.fields as { detail?: unknown }) };
}

describe('the errors of the rush edition', () => {
  it('are the sentences of the seed, whatever language is asked for', () => {
    const CHOSEN = '이미 선택된 좌석입니다.';
    for (const code of ['SEATS_TAKEN', 'SEAT_SOLD', 'SEAT_NOT_YOURS'] as const)
      expect(said(HOLD_FACE, code)).toMatchObject({ status: 409, detail: CHOSEN, message: CHOSEN });
    expect(said(PAY_FACE, 'SEAT_SOLD').detail).toBe('이미 결제가 완료된 좌석입니다.');
    expect(said(PAY_FACE, 'SEAT_NOT_YOURS').detail).toBe('이미 다른 사용자가 선택한 좌석입니다.');
    expect(said(PAY_FACE, 'RESERVATION_EXPIRED')).toMatchObject({
      status: 400,
      detail: '좌석을 선택한 후 결제를 진행해주세요.',
    });
    expect(said(PAY_FACE, 'ONE_SEAT_PER_BUYER')).toMatchObject({
      status: 409,
      detail: '이미 결제한 좌석이 있습니다. 인당 1개의 좌석만 구매 가능합니다.',
    });
    expect(said(RUSH_FACE, 'SESSION_INVALID')).toMatchObject({
      status: 401,
      detail: '유효하지 않은 세션입니다. 다시 시도해주세요.',
    });
  });

  it('say the position of who waits, and leave everything else as the house has it', () => {
    expect(said(JOIN_FACE, 'WAIT_IN_LINE', { position: 7 })).toMatchObject({
      status: 429,
      position: 7,
      detail: '현재 대기 인원이 많으니 잠시만 기다려주세요',
    });
    expect(said(HOLD_FACE, 'EVENT_NOT_FOUND')).toEqual({ status: 404, detail: 'Event not found' });
  });
});

it('a frame has all seats of an update, in the words of the edition', () => {
  const frame = updateFrame({
    seats: [
      [1, 'HELD'],
      [2, 'AVAILABLE'],
      [3, 'SOLD'],
    ],
  });
  expect(JSON.parse(frame.subarray(frame.indexOf('{')).toString())).toEqual({
    type: 'seat_update',
    payload: [
      { seat_id: 1, seat_status: 'HOLD' },
      { seat_id: 2, seat_status: 'AVAILABLE' },
      { seat_id: 3, seat_status: 'SOLD' },
    ],
  });
});

it('the demo hall has 40 rows of 80, A1 to AN80', () => {
  const numbers = rushHall().map(({ number }) => number);
  expect([numbers.length, new Set(numbers).size, numbers[0], numbers.at(-1)]).toEqual([
    3200,
    3200,
    'A1',
    'AN80',
  ]);
});
