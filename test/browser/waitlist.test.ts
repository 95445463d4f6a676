import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReservationCreated } from '../../src/contract/reservation.ts';
import { describeInBrowser, openShop, type Shop } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ WAITLIST_OFFER_SECONDS: '120' });
});

afterAll(() => shop?.close());

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);
const waitlist = (page: Page, status: string) => page.locator(`[data-waitlist="${status}"]`);
const position = (page: Page) => waitlist(page, 'WAITING').locator('dd');

/** A hall that the rival holds, and how he gives all of it back. */
async function soldOut(seatsInRow: number) {
  const { eventId, seats } = await shop.createEvent({ rows: 1, seatsInRow });
  const seat_ids = seats.map(({ seat_id }) => seat_id);
  const body = { event_id: eventId, seat_ids, user_id: 'rival' };
  const { reservations } = await shop.ask<ReservationCreated>('/api/v1/reservations', { body });
  const reservation_ids = reservations.map(({ reservation_id }) => reservation_id);
  const giveBack = () => shop.ask('/api/v1/reservations/cancel-batch', { body: { reservation_ids } });
  return { eventId, giveBack };
}

const joinAs = (eventId: number, userId: string) =>
  shop.ask(`/api/v1/events/${eventId}/waitlist/join`, { userId, body: { party_size: 2 } });
const leaveAs = (eventId: number, userId: string) =>
  shop.ask(`/api/v1/events/${eventId}/waitlist/leave`, { userId, body: {} });

describeInBrowser('a sold-out sale', () => {
  it('offers a place in the line, and the seats that come back, up to the payment', async () => {
    const { eventId, giveBack } = await soldOut(2);
    await joinAs(eventId, 'earlier');
    const page = await shop.visit(`/events/${eventId}`);
    await step(page, 'join-waitlist').click();
    await expect.poll(() => position(page).textContent()).toBe('2');
    await leaveAs(eventId, 'earlier');
    await expect.poll(() => position(page).textContent()).toBe('1');
    await giveBack();
    await waitlist(page, 'OFFERED').getByRole('timer').waitFor();
    expect(await page.getByTestId('announcer').textContent()).toBe('2 seats are offered to you');
    // Nothing is his before he has said yes.
    expect(await step(page, 'book').count()).toBe(0);
    await step(page, 'accept-offer').click();
    await page.getByRole('region', { name: 'Held for you' }).waitFor();
    await waitlist(page, 'OFFERED').waitFor({ state: 'detached' });
    await step(page, 'book').click();
    await step(page, 'pay').click();
    await page.getByTestId('reference').waitFor();
  });

  it('lets an offer be declined with the keyboard, and gives it to the next', async () => {
    const { eventId, giveBack } = await soldOut(2);
    const page = await shop.visit(`/events/${eventId}`);
    const next = await shop.visit(`/events/${eventId}`);
    for (const each of [page, next]) {
      await step(each, 'join-waitlist').press('Enter');
      await waitlist(each, 'WAITING').waitFor();
    }
    await giveBack();
    await step(page, 'decline-offer').press('Enter');
    await page.getByText('You declined the offer.').waitFor();
    await waitlist(next, 'OFFERED').waitFor();
  });

  it('keeps the place over a reload, until it is left', async () => {
    const { eventId } = await soldOut(2);
    const page = await shop.visit(`/events/${eventId}`);
    await step(page, 'join-waitlist').click();
    await waitlist(page, 'WAITING').waitFor();
    await page.reload();
    await step(page, 'leave-waitlist').click();
    await page.getByText('You have left the waitlist.').waitFor();
    await step(page, 'join-waitlist').waitFor();
  });

  it('offers no line while seats are free', async () => {
    const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 2 });
    const page = await shop.visit(`/events/${eventId}`);
    await page.locator('[data-connection="live"]').waitFor();
    await step(page, 'find').waitFor();
    expect(await page.locator('[data-waitlist]').count()).toBe(0);
  });

  it.each<[string, BrowserContextOptions]>([
    ['light, in English', { colorScheme: 'light', locale: 'en-US' }],
    ['dark, in Korean', { colorScheme: 'dark', locale: 'ko-KR' }],
  ])('is free of axe violations, and no wider than 320 pixels: %s', async (_, options) => {
    const { eventId, giveBack } = await soldOut(2);
    const viewport = { width: 320, height: 640 };
    const page = await shop.visit(`/events/${eventId}`, { ...options, viewport, hasTouch: true });
    const found: Record<string, unknown> = {};
    const look = async (name: string) => {
      await waitlist(page, name).waitFor();
      const violations = await violationsOn(page);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      found[name] = { violations, width };
    };
    await look('NONE');
    await step(page, 'join-waitlist').click();
    await look('WAITING');
    await giveBack();
    await look('OFFERED');
    const good = { violations: [], width: 320 };
    expect(found).toEqual({ NONE: good, WAITING: good, OFFERED: good });
  });
});
