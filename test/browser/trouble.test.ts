import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReservationView } from '../../src/contract/reservation.ts';
import { describeInBrowser, openShop, type Shop } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ PAYMENT_FAILURE_RATE: '1' });
});

afterAll(() => shop?.close());

const userId = 'unlucky';
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

async function visitAsUnlucky(eventId: number): Promise<Page> {
  const page = await shop.visit('/');
  await page.evaluate(
    `localStorage.setItem('onrush.identity', '{"state":{"userId":"${userId}"},"version":0}')`,
  );
  await page.goto(`${shop.url}/events/${eventId}`);
  await page.locator('[data-connection="live"]').waitFor();
  return page;
}

describeInBrowser('when things go wrong', () => {
  it('a hold whose answer is lost is asked for again with the same key, and held once', async () => {
    const { eventId } = await shop.createEvent({ rows: 2, seatsInRow: 6 });
    const page = await visitAsUnlucky(eventId);
    const keys: (string | undefined)[] = [];
    await page.route('**/best-available', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      // The server does it, and the buyer does not hear of it.
      await route.fetch();
      return route.abort();
    });
    await button(page, 'Hold the best seats').click();
    await page.getByRole('timer').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    const held = await shop.ask<ReservationView[]>(`/api/v1/reservations?event_id=${eventId}`, { userId });
    expect(held).toHaveLength(2);
  });

  it('a declined payment keeps the seats, and the next try is another payment', async () => {
    const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 4 });
    const page = await visitAsUnlucky(eventId);
    await button(page, 'Hold the best seats').click();
    await button(page, 'Continue to payment').click();
    const paid: (string | undefined)[] = [];
    page.on('request', (request: Request) => {
      if (request.url().endsWith('/confirm-payment')) paid.push(request.postDataJSON().payment_id);
    });
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const answer = page.waitForResponse('**/confirm-payment');
      await button(page, /^Pay /).click();
      expect((await answer).status()).toBe(402);
      await page.getByText('Your seats are still kept').waitFor();
      await page.locator('[data-step="pay"]:enabled').waitFor();
    }
    expect(new Set(paid).size).toBe(2);
    await page.goto(`${shop.url}/events/${eventId}`);
    await page.getByText('Payment not finished').waitFor();
    expect(await page.locator('button[data-status="own"]').count()).toBe(2);
  });

  it('a hold that ends is said to have ended, and its seats can be chosen again', async () => {
    const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 2, holdSeconds: 6 });
    const page = await visitAsUnlucky(eventId);
    await button(page, 'Hold the best seats').click();
    await page.locator('button[data-status="own"]').nth(1).waitFor();
    await page.getByTestId('announcer').getByText('Your hold has ended').waitFor({ state: 'attached' });
    await page.locator('button[data-status="AVAILABLE"]').nth(1).waitFor();
    await page.getByRole('timer').waitFor({ state: 'detached' });
  });

  it('a hold that the house has lost is said to be lost when the seats are read anew; one that is there is kept', async () => {
    const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 4 });
    const page = await visitAsUnlucky(eventId);
    await button(page, 'Hold the best seats').click();
    await page.getByRole('timer').waitFor();
    const seats = page.locator('button[data-seat-id]');
    const grow = async (seat_number: string) => {
      const before = await seats.count();
      await shop.ask(`/api/v1/events/${eventId}/seats`, {
        body: [{ seat_number, section: 'Floor', row_number: 'A', price: '90000', x: 9, y: 0 }],
      });
      await expect.poll(() => seats.count()).toBe(before + 1);
    };
    const asked = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/reservations'));
    await grow('A5');
    await asked;
    expect(await page.getByText('a failure on our side').count()).toBe(0);
    await page.getByRole('timer').waitFor();
    await page.route('**/api/v1/reservations', (route) => route.fulfill({ json: [] }));
    await grow('A6');
    await page.getByRole('alert').getByText('a failure on our side').waitFor();
    await page.getByRole('timer').waitFor({ state: 'detached' });
  });
});
