import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DrawProof, DrawReceipt } from '../../src/contract/draw.ts';
import { describeInBrowser, openShop, type Shop, userIdOf } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

const roomOf = (eventId: number) => `/api/v1/events/${eventId}/waiting-room`;
const open = (eventId: number) => shop.ask(`${roomOf(eventId)}/open`, { body: {} });
const verdict = (page: Page) => page.locator('[data-verdict]').getAttribute('data-verdict');
const linkToCheck = (page: Page) => page.locator('[data-step="check-draw"]');

/** An event whose waiting room has not opened yet, with ten people before it. */
async function gated(): Promise<number> {
  const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 5 });
  await shop.change(`/api/v1/events/${eventId}`, { admission: { mode: 'waiting_room', active_max: 0 } });
  for (let at = 0; at < 10; at++)
    await shop.ask(`${roomOf(eventId)}/join`, { userId: `early-${at}`, body: {} });
  return eventId;
}

/** Somebody who waits in the shop from before the opening, and whose browser keeps the commitment. */
async function waits(eventId: number, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await shop.visit(`/events/${eventId}`, options);
  await linkToCheck(page).waitFor();
  const kept = `localStorage.getItem('onrush.commitment.${eventId}')`;
  await expect.poll(() => page.evaluate(kept)).toMatch(/^[0-9a-f]{64}$/);
  return page;
}

/** Somebody who has looked before the opening, and comes to check after it. */
async function comesToCheck(eventId: number, lie: (page: Page) => Promise<unknown>): Promise<Page> {
  const page = await waits(eventId);
  await open(eventId);
  await lie(page);
  await page.goto(`${shop.url}/events/${eventId}/draw`);
  return page;
}

describeInBrowser('the check of a draw', () => {
  it('finds the own place right, with the commitment that was seen before the opening', async () => {
    const eventId = await gated();
    const page = await waits(eventId);
    await linkToCheck(page).click();
    expect(await verdict(page)).toBe('not opened');
    await open(eventId);
    await page.reload();
    expect(await verdict(page)).toBe('right');
    const userId = await userIdOf(page);
    const { place } = await shop.ask<DrawReceipt>(`${roomOf(eventId)}/receipt`, { userId });
    await page.getByText(`Right: place ${place} of 11 follows`).waitFor();
    await page.getByText('The commitment is the one that this browser saw before the opening.').waitFor();
  });

  it('says so to who did not look before the opening, and to who took no part', async () => {
    const eventId = await gated();
    const page = await shop.visit('/');
    const userId = await userIdOf(page);
    await shop.ask(`${roomOf(eventId)}/join`, { userId, body: {} });
    await open(eventId);
    await page.goto(`${shop.url}/events/${eventId}/draw`);
    expect(await verdict(page)).toBe('right');
    await page.getByText('This browser did not look before the opening.').waitFor();
    const late = await shop.visit(`/events/${eventId}/draw`);
    await late.getByRole('alert').waitFor();
    expect(await late.locator('[data-verdict]').count()).toBe(0);
  });

  it('finds a place that was changed, and a receipt of somebody else', async () => {
    const eventId = await gated();
    const receipt = `${roomOf(eventId)}/receipt`;
    const page = await comesToCheck(eventId, (on) =>
      on.route(`**${receipt}`, async (route) => {
        const own = (await (await route.fetch()).json()) as DrawReceipt;
        await route.fulfill({ json: { ...own, place: (own.place % 11) + 1 } });
      }),
    );
    expect(await verdict(page)).toBe('place does not follow');
    const other = await shop.ask<DrawReceipt>(receipt, { userId: 'early-3' });
    await page.unrouteAll();
    await page.route(`**${receipt}`, (route) => route.fulfill({ json: other }));
    await page.reload();
    expect(await verdict(page)).toBe('entrant is somebody else');
  });

  it('finds a house that committed itself to something else before', async () => {
    const [eventId, another] = [await gated(), await gated()];
    const { commitment } = await shop.ask<DrawProof>(`${roomOf(another)}/proof`);
    const page = await comesToCheck(eventId, (on) =>
      on.evaluate(`localStorage.setItem('onrush.commitment.${eventId}', '${commitment}')`),
    );
    expect(await verdict(page)).toBe('commitment does not fit the secret');
    expect(await page.getByRole('alert').textContent()).toContain('Wrong');
  });

  it.each<[string, BrowserContextOptions]>([
    ['light, in English', { colorScheme: 'light', locale: 'en-US' }],
    ['dark, in Korean', { colorScheme: 'dark', locale: 'ko-KR' }],
  ])('is free of axe violations, and no wider than 320 pixels: %s', async (_, options) => {
    const eventId = await gated();
    const viewport = { width: 320, height: 640 };
    const page = await waits(eventId, { ...options, viewport, hasTouch: true });
    await open(eventId);
    await page.goto(`${shop.url}/events/${eventId}/draw`);
    await page.locator('[data-verdict="right"]').waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect({ violations: await violationsOn(page), width }).toEqual({ violations: [], width: 320 });
  });
});
