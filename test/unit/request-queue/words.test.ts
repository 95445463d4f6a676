import { expect, it } from 'vitest';
import { cancelled, claimed, completed, newRequest } from '../../../src/request-queue/request.ts';
import { acceptedView, requestView } from '../../../src/request-queue/wire.ts';

const pending = newRequest(
  {
    requestId: 'r1',
    eventId: 1,
    lane: 'normal',
    userId: 'ann',
    sessionId: null,
    seatIds: [1],
    admissionId: null,
  },
  1,
  0,
);
const held = { reservationIds: [1], amount: 1, expiresAt: 1 };

it.each([
  ['pending', pending],
  ['processing', claimed(pending)],
  ['completed', completed(claimed(pending), held, 2)],
  ['cancelled', cancelled(pending, 2)],
])('a request that is %s says so in English and in Korean', (status, request) => {
  const told = (language: string) => requestView({ request, position: null, waitSeconds: null }, language);
  expect(told('ko').status).toBe(status);
  expect(told('ko').message).toMatch(/[가-힣]/);
  expect(told('en').message).toMatch(/^[A-Z][a-z ]+$/);
  expect(told('ko').result?.message ?? told('ko').message).toBe(told('ko').message);
});

it.each([null, 'high'] as const)('so does the answer that takes it, asked for lane %s', (asked) => {
  const receipt = { requestId: 'r1', lane: 'normal', asked, position: 1, waitSeconds: 1 } as const;
  expect(acceptedView(receipt, 'ko').message).toMatch(/[가-힣]/);
  expect(acceptedView(receipt, undefined).message).toMatch(/^Reservation request queued/);
});
