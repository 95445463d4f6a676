import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import { describeInBrowser, openShop, type Shop } from './shop.ts';
import { violationsOn } from './violations.ts';

const SECRET = 'a secret of the tests, long enough to be one';

let house: Server;
let shop: Shop;

beforeAll(async () => {
  house = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://house');
    response
      .writeHead(302, { location: `${searchParams.get('return_to')}#token=${await tokenOf('ann')}` })
      .end();
  }).listen(0, '127.0.0.1');
  await once(house, 'listening');
  const { port } = house.address() as AddressInfo;
  shop = await openShop({
    AUTH_MODE: 'jwt',
    JWT_SECRET: SECRET,
    ADMIN_TOKEN: 'organiser-of-the-tests',
    SIGN_IN_URL: `http://127.0.0.1:${port}/sign-in`,
  });
});
afterAll(async () => {
  await shop?.close();
  house?.closeAllConnections();
  await new Promise((closed) => house.close(closed));
});

function tokenOf(userId: string, seconds = 3_600): Promise<string> {
  return new SignJWT({ sub: userId, exp: Math.floor(Date.now() / 1_000) + seconds })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

async function ask<T>(path: string, userId: string, body?: unknown): Promise<T> {
  const response = await fetch(shop.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${await tokenOf(userId)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  return (await response.json()) as T;
}

async function pasteToken(page: Page, token: string): Promise<void> {
  await button(page, 'Sign in').click();
  await page.getByLabel('A token that you were given').fill(token);
  await button(page, 'Use this token').click();
}

describeInBrowser('where tokens say who is who', () => {
  it('a visitor looks, is told to sign in, comes back from there signed in, and buys', async () => {
    const { eventId } = await shop.createEvent({ rows: 2, seatsInRow: 4 });
    const page = await shop.visit(`/events/${eventId}`);
    await step(page, 'find').click();
    await page.getByText('Please sign in first').first().waitFor();
    await button(page, 'Sign in').click();
    await button(page, 'To the sign-in page').click();
    await button(page, 'You are ann').waitFor();
    expect(page.url()).toBe(`${shop.url}/events/${eventId}`);

    await step(page, 'find').click();
    await step(page, 'book').click();
    await step(page, 'pay').click();
    const reference = await page.getByTestId('reference').textContent();
    const bookings = await ask<BookingView[]>('/api/v1/bookings', 'ann');
    expect(bookings).toMatchObject([{ status: 'CONFIRMED', booking_reference: reference, user_id: 'ann' }]);
    await page.reload();
    await button(page, 'You are ann').waitFor();
    await page.goto(`${shop.url}/mine`);
    await page.locator('article[data-status="CONFIRMED"]').getByText(String(reference)).waitFor();
  });

  it('what others do shows at once to who is signed in and to who is not', async () => {
    const { eventId, seats } = await shop.createEvent({ rows: 1, seatsInRow: 4 });
    const [seat] = seats;
    const stranger = await shop.visit(`/events/${eventId}`);
    const known = await shop.visit(`/events/${eventId}`);
    await pasteToken(known, await tokenOf('ben'));
    await button(known, 'You are ben').waitFor();
    const places = [stranger, known].map((page) => page.locator(`button[data-seat-id="${seat?.seat_id}"]`));
    for (const place of places) await place.waitFor();
    const held = { event_id: eventId, seat_ids: [seat?.seat_id], user_id: 'rival' };
    await ask('/api/v1/reservations', 'rival', held);
    for (const place of places) await expect.poll(() => place.getAttribute('data-status')).toBe('RESERVED');
  });

  it('what is no token is pointed out; signing out leaves nothing behind', async () => {
    const page = await shop.visit('/', { viewport: { width: 320, height: 640 } });
    await pasteToken(page, 'nonsense');
    const field = page.getByLabel('A token that you were given');
    await page.getByText('This token says nothing, or is over.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const violations = await violationsOn(page);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect({ violations, width }).toEqual({ violations: [], width: 320 });
    await field.fill(await tokenOf('cid'));
    await field.press('Enter');
    await button(page, 'You are cid').click();
    await button(page, 'Sign out').click();
    await page.getByLabel('A token that you were given').waitFor();
    const kept = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }])');
    expect(kept).not.toContain('eyJ');
  });

  it('a token in a link that nobody asked for is not taken, and leaves the address', async () => {
    const page = await shop.visit(`/#token=${await tokenOf('mallory')}`);
    await button(page, 'Sign in').waitFor();
    expect(page.url()).toBe(`${shop.url}/`);
  });

  it('one whose token is over is asked to sign in again', async () => {
    const page = await shop.visit('/');
    await pasteToken(page, await tokenOf('dan', 15));
    await button(page, 'You are dan').waitFor();
    await expect
      .poll(
        async () => {
          await page.getByRole('link', { name: 'My tickets' }).click();
          await page.getByRole('link', { name: 'Events' }).first().click();
          return button(page, 'Sign in').count();
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(1);
  });
});
