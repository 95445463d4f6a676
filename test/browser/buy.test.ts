import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import { describeInBrowser, openShop, type Shop, userIdOf } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const seat = (page: Page, seatId: number | undefined, status = '') =>
  page.locator(`button[data-seat-id="${seatId}"]${status && `[data-status="${status}"]`}`);

function holdAsRival(eventId: number, seatIds: readonly number[]) {
  return shop.ask('/api/v1/reservations', {
    body: { event_id: eventId, seat_ids: seatIds, user_id: 'rival' },
  });
}

async function payAndReadReference(page: Page): Promise<string> {
  await button(page, 'Continue to payment').click();
  await page.getByText('This is a test payment').waitFor();
  await button(page, /^Pay /).click();
  return (await page.getByTestId('reference').textContent()) ?? '';
}

describeInBrowser('buying', () => {
  it('two of the best seats with the mouse', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 3, seatsInRow: 8 });
    const page = await shop.visit('/');
    await page.getByRole('link', { name: 'Winter Concert' }).first().waitFor();
    await page.goto(`${shop.url}/events/${eventId}`);
    await button(page, 'Hold the best seats').click();
    await page.getByRole('timer').waitFor();
    expect(await page.getByRole('region', { name: 'Held for you' }).locator('li').count()).toBe(2);
    expect(await page.locator('button[data-status="BOOKED"], button[data-status="RESERVED"]').count()).toBe(
      0,
    );
    const reference = await payAndReadReference(page);
    expect(reference).toMatch(/^BK-/);

    const [booking] = await shop.ask<BookingView[]>('/api/v1/bookings', { userId: await userIdOf(page) });
    expect(booking).toMatchObject({
      status: 'CONFIRMED',
      booking_reference: reference,
      total_amount: '180000.00',
    });
    const bought = booking?.seats.map(({ seat_id }) => seat_id) ?? [];
    const [first = 0, second = 0] = bought.map((id) => seats.findIndex(({ seat_id }) => seat_id === id));
    expect(Math.abs(first - second)).toBe(1);

    await page.getByRole('link', { name: 'To my tickets' }).click();
    await page.locator('article[data-status="CONFIRMED"]').getByText(reference).waitFor();
  });

  it('two seats with nothing but the keyboard', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 2, seatsInRow: 6 });
    const page = await shop.visit(`/events/${eventId}`);
    await seat(page, seats[0]?.seat_id).focus();
    for (const key of ['ArrowRight', 'Enter', 'ArrowDown', 'Space']) await page.keyboard.press(key);
    await seat(page, seats[7]?.seat_id, 'chosen').waitFor();
    expect(await page.getByTestId('announcer').textContent()).toBe('Seat B2 chosen, 2 in all');
    await button(page, 'Hold these 2 seats').focus();
    await page.keyboard.press('Enter');
    await button(page, 'Continue to payment').focus();
    await page.keyboard.press('Enter');
    await button(page, /^Pay /).focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('reference').waitFor();
    const [booking] = await shop.ask<BookingView[]>('/api/v1/bookings', { userId: await userIdOf(page) });
    expect(booking?.seats.map(({ seat_number }) => seat_number).sort()).toEqual(['A2', 'B2']);
  });

  it('seats chosen on the picture of the hall', async () => {
    const { eventId } = await shop.createEvent({ rows: 2, seatsInRow: 2 });
    const page = await shop.visit(`/events/${eventId}`);
    await page.locator('[data-connection="live"]').waitFor();
    const canvas = page.getByRole('img', { name: /^Seat map/ });
    const box = (await canvas.boundingBox()) ?? expect.fail('the map is not shown');
    // The largest seat is 44 pixels wide, and four of them lie around the middle.
    await canvas.click({ position: { x: box.width / 2 - 22, y: box.height / 2 - 26 } });
    await page.locator('button[data-status="chosen"]').waitFor();
    expect(await page.getByTestId('announcer').textContent()).toBe('Seat A1 chosen, 1 in all');
  });

  it('nothing lies on the seats of the picture, also on a phone', async () => {
    const { eventId } = await shop.createEvent({ rows: 10, seatsInRow: 10 });
    const page = await shop.visit(`/events/${eventId}`, { viewport: { width: 390, height: 844 } });
    await page.locator('[data-connection="live"]').waitFor();
    const canvas = page.getByRole('img', { name: /^Seat map/ });
    const box = (await canvas.boundingBox()) ?? expect.fail('the map is not shown');
    const corners = [8, box.width - 8].flatMap((x) => [8, box.height - 8].map((y) => ({ x, y })));
    // A trial only looks whether the press would reach the picture.
    for (const position of corners) await canvas.click({ position, trial: true, timeout: 5_000 });
  });

  it('gives back what is held, for everybody to see', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 1, seatsInRow: 4 });
    const watcher = await shop.visit(`/events/${eventId}`);
    const page = await shop.visit(`/events/${eventId}`);
    await button(page, 'Hold the best seats').click();
    await watcher.locator('button[data-status="RESERVED"]').nth(1).waitFor();
    await button(page, 'Give all back').click();
    for (const { seat_id } of seats) await seat(watcher, seat_id, 'AVAILABLE').waitFor();
    await page.getByRole('timer').waitFor({ state: 'detached' });
  });
});

describeInBrowser('the live map', () => {
  it("shows another buyer's hold as it happens", async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 2, seatsInRow: 6 });
    const page = await shop.visit(`/events/${eventId}`);
    await page.locator('[data-connection="live"]').waitFor();
    const wanted = seats[2]?.seat_id ?? 0;
    await seat(page, wanted, 'AVAILABLE').waitFor();
    await holdAsRival(eventId, [wanted]);
    await seat(page, wanted, 'RESERVED').waitFor();
    expect(await seat(page, wanted).getAttribute('aria-label')).toContain('Held by someone, may come back');
  });

  it('says honestly that all is held, and never calls an own hold sold out', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 1, seatsInRow: 2 });
    const page = await shop.visit(`/events/${eventId}`);
    const other = await shop.visit(`/events/${eventId}`);
    await button(page, 'Hold the best seats').click();
    for (const { seat_id } of seats) await seat(page, seat_id, 'own').waitFor();
    await page.getByText('The seats you hold are still yours.').waitFor();
    await other.getByText('Some may come back').waitFor();
  });
});

describeInBrowser('a lost race', () => {
  it('seen on the map is answered with seats next to each other', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 2, seatsInRow: 6 });
    const page = await shop.visit(`/events/${eventId}`);
    await page.locator('[data-connection="live"]').waitFor();
    await seat(page, seats[0]?.seat_id).click();
    await seat(page, seats[1]?.seat_id).click();
    await holdAsRival(eventId, [seats[1]?.seat_id ?? 0]);
    await takeOfferedPair(page, 'Somebody was faster: seat A2 is gone.');
  });

  it('seen only by the server is answered with seats next to each other', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 2, seatsInRow: 6 });
    const page = await shop.visit('/');
    // This buyer's live stream says nothing, as on a train.
    await page.routeWebSocket(/\/map/, () => {});
    await page.goto(`${shop.url}/events/${eventId}`);
    await seat(page, seats[0]?.seat_id).click();
    await seat(page, seats[1]?.seat_id).click();
    await holdAsRival(eventId, [seats[1]?.seat_id ?? 0]);
    await button(page, 'Hold these 2 seats').click();
    await takeOfferedPair(page, 'A2');
  });

  async function takeOfferedPair(page: Page, words: string): Promise<void> {
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain(words);
    const offered = await alert.locator('li').evaluateAll('items => items.map(item => item.dataset.seatId)');
    await alert.getByRole('button', { name: 'Hold these instead' }).click();
    const held = page.getByRole('region', { name: 'Held for you' }).locator('li');
    await held.nth(1).waitFor();
    expect(await held.evaluateAll('items => items.map(item => item.dataset.seatId)')).toEqual(offered);
  }
});
