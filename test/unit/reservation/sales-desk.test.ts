import { expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { type Refusal, refuse } from '../../../src/core/refusal.ts';
import type { Buyers } from '../../../src/reservation/ports/buyers.ts';
import { SalesDesk } from '../../../src/reservation/sales-desk.ts';
import type { SalesTerms, SeriesClaims } from '../../../src/reservation/sales-terms.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const TERMS: SalesTerms = { seriesId: 4, presale: null, generalFrom: null, reservationsPerBuyer: 2 };
const NOTHING: SeriesClaims = { soldHere: 0, here: 0, elsewhere: 0 };

/** What buyers have, told when the test says so, in the order in which it was asked for. */
function buyersInTurn() {
  const asked: { userId: string; tell(claims: SeriesClaims): void }[] = [];
  const buyers: Buyers = {
    hasTier: async () => false,
    claimsIn: (_series, userId) => new Promise((tell) => asked.push({ userId, tell })),
  };
  return { buyers, asked };
}

function asked(userId: string) {
  const terms = { onSale: true, status: 'ON_SALE', currency: 'KRW', holdMillis: 1, seatsPerBuyer: 20 };
  const claimant = { userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  return { eventId: 1, terms, claimant, manner: {} };
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

it('holds begin in the order in which they were asked for, whatever is known of the buyers first', async () => {
  const { buyers, asked: questions } = buyersInTurn();
  const desk = new SalesDesk({ buyers, clock: new HandClock() });
  const began: string[] = [];
  const names = ['ann', 'ben', 'cid'];
  const held = names.map((name) =>
    desk.within({ ...TERMS }, asked(name), {
      hold: async () => {
        began.push(name);
        return refuse('SEATS_TAKEN', { seats: 'A1' });
      },
      undo: async () => undefined,
    }),
  );
  for (const question of [...questions].reverse()) {
    question.tell(NOTHING);
    await settle();
  }
  await Promise.all(held);
  expect(began).toEqual(names);
});

it('one that cannot be looked into holds nobody else up', async () => {
  const buyers: Buyers = {
    hasTier: async () => false,
    claimsIn: async (_series, userId) => {
      if (userId === 'ann') throw new Error('the ledger is away');
      return NOTHING;
    },
  };
  const desk = new SalesDesk({ buyers, clock: new HandClock() });
  const hold = (name: string) =>
    desk.within(TERMS, asked(name), { hold: async () => name, undo: async () => undefined });
  const [ann, ben] = await Promise.allSettled([hold('ann'), hold('ben')]);
  expect(ann.status).toBe('rejected');
  expect(ben).toEqual({ status: 'fulfilled', value: 'ben' });
});

it('the store of the seats is told how many the buyer may have, and its no is said as the series’', async () => {
  const claims: SeriesClaims = { soldHere: 0, here: 0, elsewhere: 1 };
  const buyers: Buyers = { hasTier: async () => true, claimsIn: async () => claims };
  const desk = new SalesDesk({ buyers, clock: new HandClock() });
  const limits: number[] = [];
  const answer = await desk.within<string>(TERMS, asked('ann'), {
    hold: async (liveSeats) => {
      limits.push(liveSeats);
      return refuse('SEAT_LIMIT_REACHED', { limit: liveSeats });
    },
    undo: async () => undefined,
  });
  expect(limits).toEqual([1]);
  expect((answer as Refusal).refused).toBe('SERIES_LIMIT_REACHED');
});

it('what turns out to be too much is given back', async () => {
  const found: SeriesClaims[] = [NOTHING, { soldHere: 0, here: 1, elsewhere: 2 }];
  const buyers: Buyers = {
    hasTier: async () => true,
    claimsIn: async () => found.shift() ?? NOTHING,
  };
  const desk = new SalesDesk({ buyers, clock: new HandClock() });
  const undone: string[] = [];
  const answer = await desk.within(TERMS, asked('ann'), {
    hold: async () => 'a hold',
    undo: async (held) => undone.push(held),
  });
  expect([(answer as Refusal).refused, undone]).toEqual(['SERIES_LIMIT_REACHED', ['a hold']]);
});

it('who is nobody in particular has no limit of his own, and no tier', async () => {
  const buyers: Buyers = {
    hasTier: async () => true,
    claimsIn: async () => ({ soldHere: 0, here: 9, elsewhere: 9 }),
  };
  const desk = new SalesDesk({ buyers, clock: new HandClock() });
  const { claimant, ...rest } = asked('anonymous');
  const nobody = { ...rest, claimant: { ...claimant, anonymous: true as const } };
  const attempt = { hold: async () => 'a hold', undo: async () => undefined };
  expect(await desk.within(TERMS, nobody, attempt)).toBe('a hold');
  const presale = { startsAt: 0, endsAt: Number.MAX_SAFE_INTEGER, minimumTier: 'BASIC' };
  const refused = await desk.within(
    { ...TERMS, presale, generalFrom: Number.MAX_SAFE_INTEGER },
    nobody,
    attempt,
  );
  expect((refused as Refusal).refused).toBe('PRESALE_TIER');
});
