import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audited } from './audited.ts';
import { bodyOf, type Client, clientOf, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, startProgram } from './program.ts';
import { book, buy, hold, openSale } from './sale.ts';
import { joined, openCapacity, release, standing, takeAny } from './waitlist-line.ts';

const folders = [freshFolder()];
const [kept] = folders as [string];
beforeAll(async () => {
  const program = await startProgram({ dataDir: kept });
  const anyone = clientOf(program);
  const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 6 });
  await buy(anyone, 'ann', eventId, seatIds.slice(0, 2));
  const { booking_id } = await buy(anyone, 'bob', eventId, seatIds.slice(2, 3));
  bodyOf(await anyone.as('bob').post(`/api/v1/bookings/${booking_id}/cancel`, {}));
  await book(anyone, 'cid', eventId, seatIds.slice(3, 4));
  await hold(anyone, 'dan', eventId, seatIds.slice(4, 5));
  await giveToTheLine(anyone, organiserOf(program));
  await program.stop();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An event whose seats went to two who waited, and at which a third still waits. */
async function giveToTheLine(anyone: Client, organiser: Client): Promise<void> {
  const eventId = await openCapacity(organiser, 2);
  const { reservations } = bodyOf(await takeAny(anyone, 'owner', eventId, 2), 201);
  for (const user of ['eve', 'fay', 'gus']) await joined(anyone, user, eventId);
  for (const { reservation_id } of reservations) await release(anyone, 'owner', reservation_id);
  await eventually(async () => (await standing(anyone, 'fay', eventId)).status, 'PROMOTED');
}

/** The audit must see what it is there to see. */
describe('onrush verify', () => {
  it('finds nothing in a sound one', async () => {
    expect(await audited(kept)).toMatchObject({ faults: [], sales: 2, orders: 3 });
  });

  it.each([
    ['a lost sale', 'DELETE FROM sale WHERE seat_id = (SELECT min(seat_id) FROM sale)'],
    ['a sale of another order', 'UPDATE sale SET order_id = order_id + 1'],
    ['a sale under another fence', 'UPDATE sale SET fence = fence + 1'],
    ['a lost confirmation', "UPDATE orders SET state = 'CANCELLED' WHERE state = 'CONFIRMED'"],
    ['an order left halfway', "UPDATE orders SET state = 'AUTHORIZING' WHERE state = 'PENDING'"],
    ['a lost capture', "DELETE FROM payment WHERE state = 'CAPTURED'"],
    ['money kept', "UPDATE payment SET state = 'CAPTURED' WHERE state = 'REFUNDED'"],
    ['an entry that was changed', "UPDATE money_entry SET amount = amount - 1 WHERE kind = 'EARNED'"],
    ['an entry that was taken out', "DELETE FROM money_entry WHERE kind = 'REFUND_OWED'"],
    ['a book that was cut off', "DELETE FROM money_entry WHERE kind = 'REFUNDED'"],
    ['a book that was lost', 'DELETE FROM money_entry'],
    ['another amount', 'UPDATE payment SET amount = amount - 1'],
    [
      'a claim without its order',
      "DELETE FROM orders WHERE state = 'PENDING'; UPDATE hold SET expires_at = 1 WHERE state = 'PAYING'",
    ],
    ['a lost claim', "DELETE FROM hold WHERE state = 'PAYING'"],
    ['a lost hold', "UPDATE hold SET state = 'RELEASED' WHERE state = 'HELD'"],
    ['a lost move', "DELETE FROM seat_move WHERE to_state = 'PAYING'"],
    ['a hold past its limit', "UPDATE hold SET expires_at = latest_end + 1 WHERE state = 'HELD'"],
    ['a claim that never ended', "UPDATE hold SET ended_at = NULL WHERE state = 'CONFIRMED'"],
    ['a hold nobody ended', "UPDATE hold SET expires_at = 1 WHERE state = 'HELD'"],
    ['a fence that was not given', "UPDATE hold SET fence = fence + 1 WHERE state = 'HELD'"],
    [
      'more seats than a buyer may have',
      `UPDATE event SET policy_json = replace(policy_json, '"seatsPerBuyer":20', '"seatsPerBuyer":0')`,
    ],
    ['an order without a driver', "UPDATE orders SET due_at = NULL WHERE state = 'PENDING'"],
    [
      'a message without a relay',
      "INSERT INTO outbox (message_id, topic, message_key, body_json, created_at) VALUES ('m', 't', 'k', '{}', 1)",
    ],
    ['an offer of what is another’s', "UPDATE waitlist_entry SET user_id = 'eve2' WHERE user_id = 'eve'"],
    [
      'seats offered twice',
      "UPDATE waitlist_entry SET offer_json = (SELECT offer_json FROM waitlist_entry WHERE user_id = 'eve') WHERE user_id = 'fay'",
    ],
    [
      'two places of one user',
      "UPDATE waitlist_entry SET state = 'WAITING', user_id = 'gus' WHERE user_id = 'eve'",
    ],
    [
      'an offer that was not ended',
      "UPDATE waitlist_entry SET state = 'OFFERED', answer_by = 1 WHERE user_id = 'eve'",
    ],
    ['a move that there is not', "UPDATE seat_move SET from_state = 'BLOCKED' WHERE to_state = 'SOLD'"],
  ])('sees %s', async (_, spoil) => {
    const folder = freshFolder();
    folders.push(folder);
    cpSync(kept, folder, { recursive: true });
    const database = new Database(join(folder, 'onrush.db'));
    database.exec(spoil);
    database.close();
    expect((await audited(folder)).faults).not.toEqual([]);
  });

  it('sees a seat with two owners, and calls it that', async () => {
    const folder = freshFolder();
    folders.push(folder);
    cpSync(kept, folder, { recursive: true });
    const database = new Database(join(folder, 'onrush.db'));
    database.exec(`UPDATE hold SET seat_id = (SELECT min(seat_id) FROM sale WHERE sale.event_id = hold.event_id)
      WHERE state = 'HELD' AND event_id IN (SELECT event_id FROM sale)`);
    database.close();
    const { faults } = await audited(folder);
    expect(faults).toContainEqual(expect.stringMatching(/^invariant 1: seat \d+ is sold, and claim/));
  });
});
