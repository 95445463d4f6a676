import { expect, it } from 'vitest';
import type { SetupInput } from '../../../../src/contract/concerts.ts';
import type { ConcertDraft } from '../../../../src/editions/concerts/ports/concerts.ts';
import type { SeatRequestFacts } from '../../../../src/editions/concerts/ports/requests.ts';
import { wireUserId } from '../../../../src/editions/concerts/user-id.ts';
import { concertDraft, lineFrame, lineView, requestStatus } from '../../../../src/editions/concerts/wire.ts';

const SETUP: SetupInput = {
  title: 'T',
  artistName: 'A',
  agencyName: 'G',
  concertDate: '2027-03-01T18:00:00',
  seatCount: 3,
};

it('a setup names its seats row by row, and its options day by day', () => {
  const draft = concertDraft({ ...SETUP, seatCount: 21, optionCount: 2 }) as ConcertDraft;
  expect(draft.seatNumbers.map(({ number }) => number)).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `A-${index + 1}`),
    ...Array.from({ length: 10 }, (_, index) => `B-${index + 1}`),
    'C-1',
  ]);
  expect(draft.dates).toEqual([Date.UTC(2027, 2, 1, 18), Date.UTC(2027, 2, 2, 18)]);
});

it('a layout says how long a row is', () => {
  const draft = concertDraft({ ...SETUP, seatLayout: { seatsPerRow: 2 } }) as ConcertDraft;
  expect(draft.seatNumbers.map(({ number }) => number)).toEqual(['A-1', 'A-2', 'B-1']);
});

it('the agency goes by two names, and must have one', () => {
  const { agencyName: _, ...nameless } = SETUP;
  expect(concertDraft({ ...nameless, entertainmentName: 'E' })).toMatchObject({ agency: 'E' });
  expect(concertDraft(nameless)).toMatchObject({ refused: 'VALIDATION_FAILED' });
});

it.each<[SeatRequestFacts | undefined, string]>([
  [undefined, 'NOT_FOUND'],
  [{ state: 'PENDING', reason: null }, 'PENDING'],
  [{ state: 'PROCESSING', reason: null }, 'PROCESSING'],
  [{ state: 'COMPLETED', reason: null }, 'SUCCESS'],
  [{ state: 'FAILED', reason: 'SEATS_TAKEN' }, 'FAIL_ALREADY_RESERVED'],
  [{ state: 'FAILED', reason: 'SEAT_NOT_FOUND' }, 'FAIL_DATA_NOT_FOUND'],
  [{ state: 'FAILED', reason: 'REQUEST_OVERTAKEN' }, 'FAIL_OPTIMISTIC_CONFLICT'],
  [{ state: 'FAILED', reason: 'SALE_NOT_OPEN' }, 'FAIL'],
  [{ state: 'EXPIRED', reason: 'REQUEST_EXPIRED' }, 'FAIL'],
  [{ state: 'CANCELLED', reason: null }, 'FAIL'],
])('a request that is %j is %s', (facts, status) => {
  expect(requestStatus(facts)).toBe(status);
});

it('a place is a rank from 1, activity is 0, and no place is -1', () => {
  const of = { userId: 7, concertId: 4 };
  expect(lineView(of, { status: 'WAITING', rank: 3 })).toEqual({ ...of, status: 'WAITING', rank: 3 });
  expect(lineView(of, { status: 'ACTIVE', leftMillis: 5 })).toEqual({ ...of, status: 'ACTIVE', rank: 0 });
  expect(lineView(of, { status: 'REJECTED' })).toEqual({ ...of, status: 'REJECTED', rank: -1 });
  expect(lineView(of, { status: 'NONE' })).toEqual({ ...of, status: 'NONE', rank: -1 });
});

it('a frame says how long somebody may buy, in whole seconds', () => {
  const frame = lineFrame({ userId: 7, concertId: 4 }, { status: 'ACTIVE', leftMillis: 299_001 }, 1_000);
  expect(JSON.stringify(frame)).toBe(
    '{"userId":7,"concertId":4,"status":"ACTIVE","rank":0,"activeTtlSeconds":300,"timestamp":"1970-01-01T00:00:01.000Z"}',
  );
});

it('a user of another face stays text', () => {
  expect(['7', '007', 'ann', '99999999999999999'].map(wireUserId)).toEqual([
    7,
    '007',
    'ann',
    '99999999999999999',
  ]);
});
