import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StripeServer, stripeServer } from '../backends/provider-servers/stripe.ts';
import { audited } from './audited.ts';
import { type Client, clientOf, expectErrorBody, organiserOf } from './client.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { hold, openSale, tryBook, tryHold, tryPay } from './sale.ts';

const ORDERS = 100;

describe('a hundred orders at once for one seat', () => {
  const dataDir = freshFolder();
  let stripe: StripeServer;
  let program: Program;
  let anyone: Client;
  beforeAll(async () => {
    stripe = await stripeServer();
    program = await startProgram({
      dataDir,
      env: {
        RATE_LIMIT_PER_PRINCIPAL: '0',
        SHED_DELAY_MS: '0',
        PAYMENT_PROVIDER: 'stripe',
        STRIPE_SECRET_KEY: stripe.secretKey,
        STRIPE_ORIGIN: `http://127.0.0.1:${stripe.port}`,
      },
    });
    anyone = clientOf(program);
  });
  afterAll(async () => {
    await program?.kill();
    await stripe?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const seat = () => openSale(organiserOf(program), { rows: 1, seatsInRow: 1 });
  const taken = () => stripe.book().reduce((sum, { captures }) => sum + captures, 0);

  /** What somebody is told at last who wants the seat and goes as far as he is let. */
  async function ordered(buyer: string, eventId: number, seatIds: readonly number[]): Promise<string> {
    const held = await tryHold(anyone, buyer, eventId, seatIds);
    if (held.status !== 201) expect([held.status, expectErrorBody(held).code]).toEqual([409, 'SEATS_TAKEN']);
    // Who has no seat tries to book it all the same.
    const booked = await tryBook(anyone, buyer, eventId, seatIds);
    if (booked.status !== 201) return expectErrorBody(booked).code;
    const paid = await tryPay(anyone, buyer, booked.body.booking_id, 'pm_card_visa');
    return paid.status === 200 ? paid.body.status : expectErrorBody(paid).code;
  }

  it('of as many buyers: one is confirmed, 99 are told so, and Stripe has taken money once', async () => {
    const { eventId, seatIds } = await seat();
    const before = taken();
    const buyers = Array.from({ length: ORDERS }, (_, index) => `buyer-${index}`);
    const ends = await Promise.all(buyers.map((buyer) => ordered(buyer, eventId, seatIds)));
    expect(ends.filter((end) => end === 'CONFIRMED')).toHaveLength(1);
    const refused = ends.filter((end) => end !== 'CONFIRMED');
    // Before the winner's claim there is nothing to book, after it the seat is his.
    expect(refused.filter((end) => end !== 'SEAT_NOT_YOURS' && end !== 'SEAT_NOT_RESERVED')).toEqual([]);
    expect(taken() - before).toBe(1);
  });

  it('of the buyer who holds it, each with another card: one is confirmed, and he pays once', async () => {
    const { eventId, seatIds } = await seat();
    const before = taken();
    await hold(anyone, 'ann', eventId, seatIds);
    const ends = await Promise.all(
      Array.from({ length: ORDERS }, async () => {
        const booked = await tryBook(anyone, 'ann', eventId, seatIds);
        if (booked.status !== 201) return expectErrorBody(booked).code;
        return (await tryPay(anyone, 'ann', booked.body.booking_id, 'pm_card_visa')).body.status;
      }),
    );
    expect(ends.filter((end) => end === 'CONFIRMED')).toHaveLength(1);
    expect(ends.filter((end) => end !== 'CONFIRMED' && end !== 'SEAT_NOT_RESERVED')).toEqual([]);
    expect(taken() - before).toBe(1);
  });

  it('leave books behind in which everything is right', async () => {
    await program.stop();
    const { faults, sales } = await audited(dataDir);
    expect(faults).toEqual([]);
    expect(sales).toBe(taken());
  });
});
