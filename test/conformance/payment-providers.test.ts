import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS, type ProviderUnderTest } from '../backends/payment-providers.ts';

/** The port's promises, on every provider, each against a server that speaks its protocol. */
describe.each(PROVIDERS.map((bench) => ({ name: bench.name, bench })))(
  'PaymentProvider $name',
  ({ bench }) => {
    let under: ProviderUnderTest;
    beforeAll(async () => {
      under = await bench.start();
    });
    afterAll(() => under.stop());

    const atOnce = bench.captures === 'at_once';
    const taken = async (amount?: number, currency?: string) => {
      const charge = under.charge('well', amount, currency);
      expect(await under.provider.authorize(charge)).toBe('authorized');
      expect(await under.provider.capture(charge)).toBe('captured');
      return charge;
    };

    it('says how it takes money', () => {
      expect(under.provider).toMatchObject({ name: bench.name, captures: bench.captures });
    });

    it.each(['well', 'declined'] as const)(
      'authorize: asked again, answers the same (%s)',
      async (course) => {
        const charge = under.charge(course);
        const wanted = course === 'well' ? 'authorized' : 'declined';
        for (let again = 0; again < 3; again++) expect(await under.provider.authorize(charge)).toBe(wanted);
        const { state } = await under.provider.find(charge);
        expect(state).toBe(course === 'declined' ? 'declined' : atOnce ? 'captured' : 'authorized');
        expect(under.theirBook(charge).captures).toBe(course === 'well' && atOnce ? 1 : 0);
      },
    );

    it('authorize: asked again after the capture, takes nothing back', async () => {
      const charge = await taken();
      expect(await under.provider.authorize(charge)).toBe('authorized');
      expect(await under.provider.find(charge)).toEqual({ state: 'captured', refunded: 0 });
    });

    it('authorize: takes no money, unless it says that it charges at once', async () => {
      const charge = under.charge();
      await under.provider.authorize(charge);
      const captured = atOnce ? charge.amount : 0;
      expect(under.theirBook(charge)).toMatchObject({ captured, refunded: 0 });
    });

    it('capture: takes the whole amount, once', async () => {
      const charge = await taken(123_45);
      expect(await under.provider.capture(charge)).toBe('captured');
      expect(under.theirBook(charge)).toEqual({ captures: 1, captured: 123_45, refunded: 0 });
    });

    it('capture: whole won are whole won', async () => {
      const charge = await taken(55_000_00, 'KRW');
      expect(under.theirBook(charge).captured).toBe(55_000_00);
    });

    it('capture: what was declined or let go of cannot be taken', async () => {
      const declined = under.charge('declined');
      await under.provider.authorize(declined);
      expect(await under.provider.capture(declined)).toBe('declined');
      const voided = under.charge();
      await under.provider.authorize(voided);
      await under.provider.void(voided);
      expect(await under.provider.capture(voided)).toBe('declined');
    });

    it('declines before or at the capture, and nothing is taken', async () => {
      const charge = under.charge('declined at capture');
      expect(await under.provider.authorize(charge)).toBe(atOnce ? 'declined' : 'authorized');
      expect(await under.provider.capture(charge)).toBe('declined');
      expect(under.theirBook(charge).captured).toBe(0);
    });

    it('void: lets go of reserved money, and returns what was taken at once; asked again, the same', async () => {
      const charge = under.charge();
      await under.provider.authorize(charge);
      const wanted = atOnce ? 'returned' : 'released';
      expect([await under.provider.void(charge), await under.provider.void(charge)]).toEqual([
        wanted,
        wanted,
      ]);
      const { captured, refunded } = under.theirBook(charge);
      expect(captured - refunded).toBe(0);
      expect((await under.provider.find(charge)).state).toBe(atOnce ? 'refunded' : 'voided');
    });

    it('void: returns money that was captured', async () => {
      const charge = await taken();
      expect(await under.provider.void(charge)).toBe('returned');
      expect(await under.provider.find(charge)).toEqual({ state: 'refunded', refunded: charge.amount });
    });

    it('void: harmless when there is nothing to let go of', async () => {
      const declined = under.charge('declined');
      await under.provider.authorize(declined);
      expect(await under.provider.void(declined)).toBe('released');
      expect(await under.provider.void(under.charge())).toBe('released');
      expect(under.theirBook(declined)).toEqual({ captures: 0, captured: 0, refunded: 0 });
    });

    it('refund: gives parts back until everything went back, each once', async () => {
      const charge = await taken(100_00);
      const part = { refundId: `${charge.attemptId}-part`, amount: 30_00 };
      for (let again = 0; again < 2; again++)
        expect(await under.provider.refund(charge, part)).toBe('refunded');
      expect(await under.provider.find(charge)).toEqual({ state: 'captured', refunded: 30_00 });
      const rest = { refundId: `${charge.attemptId}-rest`, amount: 70_00 };
      expect(await under.provider.refund(charge, rest)).toBe('refunded');
      expect(await under.provider.refund(charge, part)).toBe('refunded');
      expect(await under.provider.find(charge)).toEqual({ state: 'refunded', refunded: 100_00 });
    });

    it('refund: of more than is left is refused, and nothing moves', async () => {
      const charge = await taken(100_00);
      await under.provider.refund(charge, { refundId: `${charge.attemptId}-1`, amount: 60_00 });
      const more = { refundId: `${charge.attemptId}-2`, amount: 60_00 };
      expect(await under.provider.refund(charge, more)).toBe('refused');
      expect(await under.provider.find(charge)).toEqual({ state: 'captured', refunded: 60_00 });
    });

    it('find: none for an attempt that was never begun', async () => {
      expect(await under.provider.find(under.charge())).toEqual({ state: 'none', refunded: 0 });
    });

    describe('when something goes wrong on the way', () => {
      const mishaps = ['lost', 'error', 'silent'] as const;

      it.each(mishaps)(
        'authorize (%s): asked again until there is an answer, it charges no more than once',
        async (mishap) => {
          const charge = under.charge();
          under.goWrong('authorize', mishap);
          await under.provider.authorize(charge).catch(() => undefined);
          const { state } = await under.provider.find(charge);
          // A provider may mend it by itself; nobody may say none of what had effect.
          if (mishap !== 'lost') expect(state).toBe(atOnce ? 'captured' : 'authorized');
          expect(await under.provider.authorize(charge)).toBe('authorized');
          expect(await under.provider.capture(charge)).toBe('captured');
          expect(under.theirBook(charge)).toEqual({ captures: 1, captured: charge.amount, refunded: 0 });
        },
      );

      it.each(mishaps)('capture (%s): in doubt, find tells, and it is taken once', async (mishap) => {
        const charge = under.charge();
        await under.provider.authorize(charge);
        under.goWrong('capture', mishap);
        const answer = await under.provider.capture(charge).catch((error: unknown) => {
          expect(error).not.toMatchObject({ indefinite: false });
          return 'in doubt';
        });
        const { state } = await under.provider.find(charge);
        // Stripe's SDK itself sends again what a broken connection lost.
        const untaken = !atOnce && mishap === 'lost' && answer === 'in doubt';
        expect(state).toBe(untaken ? 'authorized' : 'captured');
        expect(await under.provider.capture(charge)).toBe('captured');
        expect(under.theirBook(charge)).toEqual({ captures: 1, captured: charge.amount, refunded: 0 });
      });

      it.each(mishaps)('void (%s): asked again, nothing is left with us', async (mishap) => {
        const charge = under.charge();
        await under.provider.authorize(charge);
        under.goWrong('void', mishap);
        await under.provider.void(charge).catch(() => undefined);
        await under.provider.void(charge);
        const { captured, refunded } = under.theirBook(charge);
        expect(captured - refunded).toBe(0);
        expect(['voided', 'refunded']).toContain((await under.provider.find(charge)).state);
      });

      it.each(mishaps)('refund (%s): asked again, the part goes back once', async (mishap) => {
        const charge = await taken(100_00);
        const part = { refundId: `${charge.attemptId}-part`, amount: 25_00 };
        under.goWrong('refund', mishap);
        await under.provider.refund(charge, part).catch(() => undefined);
        expect(await under.provider.refund(charge, part)).toBe('refunded');
        expect(under.theirBook(charge).refunded).toBe(25_00);
      });
    });
  },
);
