import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openShop, type Shop } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

/** Leads a visitor through every page of a purchase, and stops on each. */
async function walk(page: Page, onPage: (name: string) => Promise<void>): Promise<void> {
  const { eventId, seats } = await shop.createEvent({ rows: 3, seatsInRow: 30 });
  await page.goto(`${shop.url}/`);
  await page.locator('article').first().waitFor();
  await onPage('events');
  await page.goto(`${shop.url}/events/${eventId}`);
  await page.locator('[data-connection="live"]').waitFor();
  await page.locator(`button[data-seat-id="${seats[4]?.seat_id}"]`).click();
  await onPage('event with a choice');
  await page.locator('[data-step="find"]').click();
  await page.getByRole('timer').waitFor();
  await onPage('event with a hold');
  await page.locator('[data-step="book"]').click();
  await page.locator('[data-step="pay"]').waitFor();
  await onPage('payment');
  await page.locator('[data-step="pay"]').click();
  await page.getByTestId('reference').waitFor();
  await onPage('confirmed');
  await page.goto(`${shop.url}/mine`);
  await page.locator('article[data-status="CONFIRMED"]').waitFor();
  await onPage('mine');
  await page.goto(`${shop.url}/bookings/999999999`);
  await page.getByRole('alert').waitFor();
  await onPage('a booking of nobody');
}

describeInBrowser('every page', () => {
  it.each([
    ['light, in English', { colorScheme: 'light', locale: 'en-US' } as const],
    ['dark, in Korean', { colorScheme: 'dark', locale: 'ko-KR' } as const],
  ])('is free of axe violations: %s', async (_, options) => {
    const page = await shop.visit('/', options);
    const found: Record<string, unknown[]> = {};
    await walk(page, async (name) => {
      const violations = await violationsOn(page);
      if (violations.length > 0) found[name] = violations;
    });
    expect(found).toEqual({});
  });

  it('needs no sideways scrolling at 320 pixels', async () => {
    const page = await shop.visit('/', {
      viewport: { width: 320, height: 640 },
      locale: 'ko-KR',
      hasTouch: true,
    });
    const widths: Record<string, unknown> = {};
    await walk(page, async (name) => {
      widths[name] = await page.evaluate('document.documentElement.scrollWidth');
    });
    expect(new Set(Object.values(widths))).toEqual(new Set([320]));
  });

  it('breaks no rule of the Content-Security-Policy and logs no error', async () => {
    const page = await shop.visit('/');
    const complaints: string[] = [];
    page.on('console', (message) => {
      // Chromium logs every answer that is no success; the walk asks for one on purpose.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await walk(page, async () => {});
    expect(complaints).toEqual([]);
  });
});

describeInBrowser('the language', () => {
  it('follows the browser, can be switched, and is remembered', async () => {
    const page = await shop.visit('/', { locale: 'ko-KR' });
    const heading = page.getByRole('heading', { level: 1 });
    await heading.waitFor();
    expect([await page.locator('html').getAttribute('lang'), await heading.textContent()]).toEqual([
      'ko',
      '공연',
    ]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('is asked of the server, too', async () => {
    const page = await shop.visit('/', { locale: 'ko-KR' });
    await page.goto(`${shop.url}/events/999999999`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/[가-힣]/);
  });
});

describeInBrowser('a browser on a page without an icon of its own', () => {
  it('finds one where it looks for it', async () => {
    const answer = await fetch(`${shop.url}/favicon.ico`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^image\//);
    // Type 1 is an icon.
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 4)
        .toString('hex'),
    ).toBe('00000100');
  });
});
