import { describe, expect, it } from 'vitest';
import { bodyOf, expectRefusal } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { tryBook, tryPay } from '../system/sale.ts';
import { sharedProgram } from '../system/shared-program.ts';
import { answer, joined, openCapacity, release, standing, takeAny } from '../system/waitlist-line.ts';

describe('whoever is offered seats from the line', () => {
  const { anyone, organiser } = sharedProgram({ WAITLIST_OFFER_SECONDS: '600' });

  /** One seat of an event was given back, and is offered to Ann, with Ben behind her. */
  async function offeredToAnn(seats: number) {
    const eventId = await openCapacity(organiser, seats);
    const owned: number[] = [];
    for (let index = 0; index < seats; index++) {
      const { reservations } = bodyOf(await takeAny(anyone, `owner ${index}`, eventId), 201);
      owned.push(reservations[0]?.reservation_id as number);
    }
    await joined(anyone, 'ann', eventId);
    await joined(anyone, 'ben', eventId);
    const giveBack = (index: number) => release(anyone, `owner ${index}`, owned[index] as number);
    await giveBack(0);
    const { offer } = await eventually(
      () => standing(anyone, 'ann', eventId),
      ({ status }) => status === 'OFFERED',
    );
    return { eventId, giveBack, offer: offer as NonNullable<typeof offer> };
  }

  it('does not keep the front of the line by giving the seats back and taking the offer all the same', async () => {
    const { eventId, giveBack, offer } = await offeredToAnn(2);
    await release(anyone, 'ann', offer.reservation_ids[0] as number);
    await eventually(
      () => standing(anyone, 'ben', eventId),
      ({ status }) => status === 'OFFERED',
    );
    expectRefusal(await answer(anyone, 'ann', eventId, 'accept'), { status: 410, code: 'OFFER_OVER' });
    expect((await standing(anyone, 'ann', eventId)).status).toBe('DECLINED');
    await joined(anyone, 'cem', eventId);
    await giveBack(1);
    await eventually(
      () => standing(anyone, 'cem', eventId),
      ({ status }) => status === 'OFFERED',
    );
  });

  it('does not wait again at the front once he has bought them', async () => {
    const { eventId, offer } = await offeredToAnn(1);
    const { booking_id } = bodyOf(await tryBook(anyone, 'ann', eventId, offer.seat_ids), 201);
    bodyOf(await tryPay(anyone, 'ann', booking_id));
    expect(bodyOf(await answer(anyone, 'ann', eventId, 'accept')).status).toBe('ACCEPTED');
    expect((await standing(anyone, 'ann', eventId)).status).toBe('ACCEPTED');
  });
});
