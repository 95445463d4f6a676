import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import type { TicketView } from '../../src/contract/ticket.ts';
import { describeInBrowser, openShop, type Shop } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

/** Buys over the API in the name of a user. */
async function buy(userId: string): Promise<{ eventId: number }> {
  const { eventId, seats } = await shop.createEvent({ rows: 1, seatsInRow: 2 });
  const seat_ids = seats.map(({ seat_id }) => seat_id);
  const ask = <T>(path: string, body: object) => shop.ask<T>(path, { userId, body });
  const order = { event_id: eventId, user_id: userId, seat_ids };
  await ask('/api/v1/reservations', order);
  const { booking_id } = await ask<BookingView>('/api/v1/bookings', order);
  await ask(`/api/v1/bookings/${booking_id}/confirm-payment`, { booking_id, payment_id: 'p' });
  return { eventId };
}

/** The page of a visitor's own tickets. */
async function mineOf(userId: string, locale = 'en-US'): Promise<Page> {
  const page = await shop.visit('/', { locale });
  const identity = JSON.stringify({ state: { userId }, version: 0 });
  await page.evaluate(`localStorage.setItem('onrush.identity', ${JSON.stringify(identity)})`);
  await page.goto(`${shop.url}/mine`);
  return page;
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await violationsOn(page)).toEqual([]);
}

describeInBrowser('own tickets', () => {
  it('show their codes, and can be saved', async () => {
    await buy('reader');
    const page = await mineOf('reader');
    await page.getByRole('button', { name: 'Show code of Floor A1' }).click();
    await page.getByRole('img', { name: 'QR code of Floor A1' }).waitFor();
    // A picture that a browser cannot draw, or may not, has no size of its own.
    const width = () => page.evaluate("document.querySelector('[role=dialog] img').naturalWidth");
    await expect.poll(width).toBeGreaterThan(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Close' }).click();
    for (const [button, name] of [
      ['PDF', 'tickets.pdf'],
      ['Calendar file', 'tickets.ics'],
    ] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      expect((await download).suggestedFilename()).toBe(name);
    }
  });

  it('can be passed on, and both people see it', async () => {
    const { eventId } = await buy('giver');
    const page = await mineOf('giver');
    await page.getByRole('button', { name: 'Pass on Floor A2' }).click();
    await page.getByLabel('Name of the other person here').fill('taker');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Pass on' }).click();
    await page.locator('[data-ticket-status="TRANSFERRED"]').getByText('passed on to taker').waitFor();
    const [received] = await shop.ask<TicketView[]>(`/api/v1/tickets?event_id=${eventId}`, {
      userId: 'taker',
    });
    expect(received).toMatchObject({ status: 'VALID', seat_number: 'A2', received_from: 'giver' });
    const other = await mineOf('taker', 'ko-KR');
    await other.getByRole('heading', { name: '양도받은 티켓' }).waitFor();
    await other.getByRole('button', { name: 'Floor A2 코드 보기' }).waitFor();
    await expectAccessible(other);
  });
});
