import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openShop, type Shop, userIdOf } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

const roomOf = (eventId: number) => `/api/v1/events/${eventId}/waiting-room`;

/** An event behind a waiting room that lets in so many at a time, and has not opened yet. */
async function gated(activeMax: number): Promise<number> {
  const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 5 });
  const admission = { mode: 'waiting_room', rate_per_second: 100, burst: 100, active_max: activeMax };
  await shop.change(`/api/v1/events/${eventId}`, { admission });
  return eventId;
}

const open = (eventId: number) => shop.ask(`${roomOf(eventId)}/open`, { body: {} });
const status = (page: Page) => page.getByRole('status').first().textContent();
const take = (page: Page) => page.getByRole('button').click();

/** Leads a visitor from the door to the shop, and stops on each page. */
async function walk(options: BrowserContextOptions, onPage: (name: string, page: Page) => Promise<void>) {
  const eventId = await gated(0);
  const page = await shop.visit(`${roomOf(eventId)}?user_id=walker`, options);
  await onPage('unknown', page);
  await take(page);
  await onPage('before the opening', page);
  await open(eventId);
  await page.reload();
  await onPage('in line', page);
  await shop.ask(`${roomOf(eventId)}/broadcast`, { body: { message: { ko: '곧 열립니다', en: 'Soon' } } });
  await shop.change(`/api/v1/events/${eventId}`, { admission: { active_max: 1 } });
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator('button[value=enter]').count();
    })
    .toBe(1);
  await onPage('called', page);
  return { eventId, page };
}

describeInBrowser('the page of a waiting room, without script,', () => {
  const noScript = { javaScriptEnabled: false };

  it('takes a place, keeps it over reloads, and leads into the shop', async () => {
    const said: Record<string, string | null> = {};
    const { eventId, page } = await walk(noScript, async (name, on) => {
      said[name] = await status(on);
    });
    expect(said).toEqual({
      unknown: expect.stringMatching(/not opened yet/),
      'before the opening': 'You take part in the draw.',
      'in line': 'You are in line.',
      called: 'It is your turn.',
    });
    await page.locator('button[value=enter]').click();
    expect(new URL(page.url()).pathname).toBe(`/events/${eventId}`);
    const cookies = await page.context().cookies(`${shop.url}/api/v1/reservations`);
    expect(cookies.map(({ name }) => name)).toEqual(['sale_session']);
    await page.goto(`${shop.url}${roomOf(eventId)}`);
    expect(await status(page)).toBe('You are in.');
    // Who is in is led to the shop by itself.
    await page.waitForURL(`${shop.url}/events/${eventId}`);
  });

  it('looks again by itself', async () => {
    const eventId = await gated(0);
    const page = await shop.visit(`${roomOf(eventId)}?user_id=patient`, noScript);
    await take(page);
    expect(await status(page)).toBe('You take part in the draw.');
    await open(eventId);
    await page.getByText('You are in line.').waitFor();
  });

  it('knows nobody else by the same address, and nobody without a name', async () => {
    const eventId = await gated(0);
    await open(eventId);
    const first = await shop.visit(`${roomOf(eventId)}?user_id=first`, noScript);
    await take(first);
    expect(await status(first)).toBe('You are in line.');
    const other = await shop.visit(`${roomOf(eventId)}`, noScript);
    expect(await other.getByRole('textbox').inputValue()).toBe('');
    await take(other);
    // The field must be filled in.
    expect(await other.getByRole('textbox').count()).toBe(1);
  });
});

describeInBrowser('the page of a waiting room', () => {
  it.each(['en-US', 'ko-KR'])(
    'is free of axe violations, and no wider than 320 pixels: %s',
    async (locale) => {
      const found: Record<string, unknown> = {};
      const options = { locale, viewport: { width: 320, height: 640 }, hasTouch: true };
      await walk(options, async (name, page) => {
        const width = await page.evaluate('document.documentElement.scrollWidth');
        found[name] = { violations: await violationsOn(page), width };
      });
      const good = { violations: [], width: 320 };
      expect(found).toEqual({ unknown: good, 'before the opening': good, 'in line': good, called: good });
    },
  );

  it('lets into the shop, which goes on with who came in here', async () => {
    const eventId = await gated(5);
    await open(eventId);
    const page = await shop.visit('/');
    await page.goto(`${shop.url}${roomOf(eventId)}?user_id=${await userIdOf(page)}`);
    await take(page);
    await expect
      .poll(async () => {
        await page.reload();
        return page.locator('button[value=enter]').count();
      })
      .toBe(1);
    await page.locator('button[value=enter]').click();
    await page.locator('[data-connection="live"]').waitFor();
    await page.locator('[data-step="find"]').click();
    await page.getByRole('timer').waitFor();
  });
});
