import { describe, expect, it } from 'vitest';
import { bodyOf } from '../client.ts';
import { openSale } from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import { buyerOf, comeIn, expectDetail, join, type RushSeat, statusOf } from './rush-client.ts';

/** What the page of seed 001 does beyond the ordinary. */
describe('a page of the rush edition', () => {
  const { anyone, organiser } = sharedProgram();

  it('cuts the list of seats into rows: A to Z, and then AA to AN', async () => {
    const { headers } = await organiser.post('/seats');
    const eventId = Number(headers.location?.split('/').at(-1));
    const { seat_list } = bodyOf(await (await comeIn(anyone, eventId)).list());
    const rows = Array.from({ length: 40 }, (_, row) => seat_list.slice(row * 80, (row + 1) * 80));
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const names = [...letters, ...letters.slice(0, 14).map((letter) => `A${letter}`)];
    expect(rows.map((row) => row.map(({ seat_label }) => seat_label))).toEqual(
      names.map((name) => Array.from({ length: 80 }, (_, seat) => `${name}${seat + 1}`)),
    );
  });

  async function inside() {
    const { eventId, seats } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [first] = seats.map(({ seat_id, seat_number }) => ({ seat_id, seat_label: seat_number }));
    const token = await join(anyone, eventId);
    const post = (path: string, body: object) =>
      anyone.post(`/events/${eventId}/${path}?token=${token}`, body);
    return { first: first as RushSeat, buyer: buyerOf(anyone, eventId, token), post };
  }

  it('that has chosen no seat pays for null, and is told to choose one', async () => {
    const { first, buyer, post } = await inside();
    const nothing = { seat_id: null, seat_label: null };
    for (const body of [nothing, { ...first, seat_id: null }, { ...first, seat_label: null }])
      expectDetail(await post('seats/pay', body), 400, { detail: '좌석을 선택한 후 결제를 진행해주세요.' });
    expect((await post('seats/pay', {})).status).toBe(422);
    expect(await statusOf(buyer, first)).toBe('AVAILABLE');
  });

  it('may name the seat that it gives back by its label alone', async () => {
    const { first, buyer, post } = await inside();
    bodyOf(await buyer.take(first));
    const given = { ...first, status: 'HOLD', prev_seat_label: first.seat_label };
    expect(bodyOf(await post('seats/hold', given))).toEqual({ ...first, seat_status: 'AVAILABLE' });
    expect(await statusOf(buyer, first)).toBe('AVAILABLE');
  });
});
