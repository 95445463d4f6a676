import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StandingView } from '../../src/contract/waiting-room.ts';
import { describeInBrowser, openShop, type Shop, userIdOf } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

const roomOf = (eventId: number) => `/api/v1/events/${eventId}/waiting-room`;
const stage = (page: Page, name: string) => page.locator(`[data-stage="${name}"]`);
const hall = (page: Page) => page.locator('[data-connection="live"] >> text=Live');
const place = (page: Page) => page.locator('dt:has-text("Your place") + dd');
const ahead = (page: Page) => page.locator('dt:has-text("People ahead of you") + dd');

interface Gate {
  active_max: number;
  session_seconds?: number;
}

/** An event behind a waiting room that has not opened yet. */
async function gated({ active_max, session_seconds = 600 }: Gate): Promise<number> {
  const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 5 });
  const admission = { mode: 'waiting_room', rate_per_second: 100, burst: 100, active_max, session_seconds };
  await shop.change(`/api/v1/events/${eventId}`, { admission });
  return eventId;
}

const open = (eventId: number) => shop.ask(`${roomOf(eventId)}/open`, { body: {} });
const admit = (eventId: number, active_max: number) =>
  shop.change(`/api/v1/events/${eventId}`, { admission: { active_max } });
const joinAs = (eventId: number, userId: string) =>
  shop.ask<StandingView>(`${roomOf(eventId)}/join`, { userId, body: {} });

describeInBrowser('a sale behind a waiting room', () => {
  it('has the buyer wait in line, lets him in by itself, and sells to him', async () => {
    const eventId = await gated({ active_max: 0 });
    const page = await shop.visit(`/events/${eventId}`);
    await page.getByText('You take part in the draw.').waitFor();
    await open(eventId);
    await page.getByText('You are in line.').waitFor();
    expect([await place(page).textContent(), await ahead(page).textContent()]).toEqual(['1', '0']);
    await admit(eventId, 1);
    await hall(page).waitFor();
    expect(await page.getByTestId('announcer').textContent()).toBe('You are in. Choose your seats.');
    const cookies = await page.context().cookies(`${shop.url}/api/v1/reservations`);
    expect(cookies.map(({ name }) => name)).toContain('sale_session');
    await page.locator('[data-step="find"]').click();
    await page.getByRole('timer').waitFor();
    // A reload finds him inside.
    await page.reload();
    await hall(page).waitFor();
    await page.locator('[data-step="book"]').click();
    await page.locator('[data-step="pay"]').click();
    await page.getByTestId('reference').waitFor();
  });

  it('shows a line that only gets shorter, and the words of the organiser', async () => {
    const eventId = await gated({ active_max: 0 });
    await open(eventId);
    for (const name of ['first', 'second', 'third']) await joinAs(eventId, name);
    const page = await shop.visit(`/events/${eventId}`);
    await expect.poll(() => ahead(page).textContent()).toBe('3');
    expect(await place(page).textContent()).toBe('4');
    const bar = page.getByRole('progressbar');
    const progress = async () => Number(await bar.getAttribute('aria-valuenow'));
    expect(await progress()).toBe(0);
    const message = { ko: '곧 열립니다', en: 'Soon it goes on' };
    await shop.ask(`${roomOf(eventId)}/broadcast`, { body: { message } });
    await page.getByText('Soon it goes on').waitFor();
    await admit(eventId, 2);
    await expect.poll(() => ahead(page).textContent()).toBe('1');
    expect(await progress()).toBe(50);
    // Seen anew, the way behind is not forgotten.
    await page.reload();
    await expect.poll(() => ahead(page).textContent()).toBe('1');
    expect([await place(page).textContent(), await progress()]).toEqual(['4', 50]);
  });

  it('leads who was shown out back to the line, with a sentence, and in again', async () => {
    const eventId = await gated({ active_max: 1 });
    await open(eventId);
    const page = await shop.visit(`/events/${eventId}`);
    await hall(page).waitFor();
    await admit(eventId, 0);
    await shop.ask(`${roomOf(eventId)}/revoke`, { body: { user_id: await userIdOf(page) } });
    await page.locator('[data-step="find"]').click();
    await page.getByRole('alert').getByText('Your time in the sale is over.').waitFor();
    await page.getByText('You are in line.').waitFor();
    await admit(eventId, 1);
    await hall(page).waitFor();
    await page.locator('[data-step="find"]').click();
    await page.getByRole('timer').waitFor();
  });

  it('says so when a session runs out unused, and takes no new place until it is asked for', async () => {
    const eventId = await gated({ active_max: 1, session_seconds: 2 });
    await open(eventId);
    const page = await shop.visit(`/events/${eventId}`);
    await hall(page).waitFor();
    await page.getByRole('alert').getByText('Your time in the sale is over.').waitFor();
    await stage(page, 'out').waitFor();
    await page.locator('[data-step="join-line"]').click();
    await page.getByText('you are in again').first().waitFor();
    await hall(page).waitFor();
  });

  it('goes on by asking where no stream comes through', async () => {
    const eventId = await gated({ active_max: 0 });
    await open(eventId);
    const page = await shop.visit('/');
    await page.route('**/waiting-room/events*', (route) => route.abort());
    await page.goto(`${shop.url}/events/${eventId}`);
    await page.locator('[data-connection="interrupted"]').waitFor();
    await page.getByText('You are in line.').waitFor();
    await admit(eventId, 1);
    await hall(page).waitFor();
  });

  it('gives a place up and takes a new one', async () => {
    const eventId = await gated({ active_max: 0 });
    await open(eventId);
    const page = await shop.visit(`/events/${eventId}`);
    await page.locator('[data-step="leave-line"]').press('Enter');
    await stage(page, 'out').getByText('You have no place in line.').waitFor();
    await page.locator('[data-step="join-line"]').press('Enter');
    await expect.poll(() => place(page).textContent()).toBe('2');
  });

  it('opens for everybody when the organiser takes the waiting room away', async () => {
    const eventId = await gated({ active_max: 0 });
    const page = await shop.visit(`/events/${eventId}`);
    await stage(page, 'waiting').waitFor();
    await shop.change(`/api/v1/events/${eventId}`, { admission: { mode: 'open' } });
    await hall(page).waitFor();
  });

  it('lets by who cannot ask the room, where the organiser wants it so', async () => {
    const eventId = await gated({ active_max: 0 });
    await shop.change(`/api/v1/events/${eventId}`, { admission: { when_lost: 'open' } });
    const page = await shop.visit('/');
    await page.route('**/waiting-room/*', (route) => route.fulfill({ status: 503, body: '{}' }));
    await page.goto(`${shop.url}/events/${eventId}`);
    await hall(page).waitFor();
  });

  it('leads who runs no script to the page that needs none', async () => {
    const eventId = await gated({ active_max: 0 });
    const page = await shop.visit(`/events/${eventId}`, { javaScriptEnabled: false });
    await page.getByRole('link', { name: /Waiting room/ }).click();
    expect(new URL(page.url()).pathname).toBe(roomOf(eventId));
    await page.getByRole('heading', { name: /Winter Concert/ }).waitFor();
  });
});

describeInBrowser('the waiting room of the shop', () => {
  it.each<[string, BrowserContextOptions]>([
    ['light, in English', { colorScheme: 'light', locale: 'en-US' }],
    ['dark, in Korean', { colorScheme: 'dark', locale: 'ko-KR' }],
  ])('is free of axe violations, and no wider than 320 pixels: %s', async (_, options) => {
    const eventId = await gated({ active_max: 0 });
    const found: Record<string, unknown> = {};
    const look = async (name: string) => {
      const width = await page.evaluate('document.documentElement.scrollWidth');
      found[name] = { violations: await violationsOn(page), width };
    };
    const viewport = { width: 320, height: 640 };
    const page = await shop.visit(`/events/${eventId}`, { ...options, viewport, hasTouch: true });
    await stage(page, 'waiting').waitFor();
    await look('in the draw');
    await open(eventId);
    const message = { ko: '곧 열립니다', en: 'Soon it goes on' };
    await shop.ask(`${roomOf(eventId)}/broadcast`, { body: { message } });
    await page.getByText(/Soon it goes on|곧 열립니다/).waitFor();
    await page.getByRole('progressbar').waitFor();
    await look('in line');
    await page.locator('[data-step="leave-line"]').click();
    await stage(page, 'out').waitFor();
    await look('out');
    const good = { violations: [], width: 320 };
    expect(found).toEqual({ 'in the draw': good, 'in line': good, out: good });
  });
});
