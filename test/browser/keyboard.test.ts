import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openShop, type Shop } from './shop.ts';
import { violationsOn } from './violations.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

const STOPS_MAX = 80;
const focused = (page: Page) => page.locator('*:focus');
const headingIsFocused = (page: Page, name: string) =>
  page.locator('h1:focus').filter({ hasText: name }).waitFor();

/** Goes to a control as the Tab key does, from wherever the focus is. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`the Tab key does not lead to ${selector}`);
}

/** Every stop of the Tab key from the top of the page to its end, and those of them on which nobody sees the focus. */
async function stopsOn(page: Page): Promise<{ stops: number; unseen: string[] }> {
  await page.evaluate('document.activeElement.blur()');
  const unseen: string[] = [];
  for (let stops = 0; stops < STOPS_MAX; stops++) {
    await page.keyboard.press('Tab');
    if ((await focused(page).count()) === 0) return { stops, unseen };
    const isSeen = await focused(page).evaluate((element) => {
      const { outlineStyle, outlineWidth, boxShadow } =
        element.ownerDocument.defaultView.getComputedStyle(element);
      const { top, bottom } = element.getBoundingClientRect();
      const isInView = bottom > 0 && top < element.ownerDocument.defaultView.innerHeight;
      return isInView && ((outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none');
    });
    if (!isSeen) unseen.push((await focused(page).textContent()) ?? '');
  }
  throw new Error('the Tab key never leaves the page');
}

describeInBrowser('with the keyboard alone', () => {
  it('seats are chosen with arrows, held, booked after a reload, and paid; the focus is always where it goes on', async () => {
    const { eventId } = await shop.createEvent({ rows: 3, seatsInRow: 8 });
    const page = await shop.visit(`/events/${eventId}`);
    await page.locator('[data-connection="live"]').waitFor();
    await tabTo(page, '[role="toolbar"] button');
    for (const key of ['ArrowRight', 'ArrowDown', 'Space']) await page.keyboard.press(key);
    await page.locator('button[data-status="chosen"]:focus').filter({ hasText: 'B2' }).waitFor();
    await tabTo(page, 'button:has-text("Hold this seat")');
    await page.keyboard.press('Enter');
    await page.getByRole('timer').waitFor();
    await tabTo(page, '[data-step="book"]');
    await page.keyboard.press('Enter');
    await headingIsFocused(page, 'Payment');
    await page.reload();
    await page.locator('[data-step="pay"]').waitFor();
    await tabTo(page, '[data-step="pay"]');
    await page.keyboard.press('Enter');
    await page.getByTestId('reference').waitFor();
    await headingIsFocused(page, 'It is yours');
  });

  it('every stop of the Tab key is seen, and the last one leads out', async () => {
    const { eventId } = await shop.createEvent({ rows: 3, seatsInRow: 8 });
    const page = await shop.visit('/');
    await page.locator('article').first().waitFor();
    const found = [await stopsOn(page)];
    await page.goto(`${shop.url}/events/${eventId}`);
    await page.locator('[data-connection="live"]').waitFor();
    found.push(await stopsOn(page));
    await page.goto(`${shop.url}/mine`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    found.push(await stopsOn(page));
    expect(found.flatMap(({ unseen }) => unseen)).toEqual([]);
    for (const { stops } of found) expect(stops).toBeGreaterThan(5);
  });
});

describeInBrowser('a dialog', () => {
  it('keeps the focus, however quick the Tab key is, and gives it back to the button that opened it', async () => {
    const page = await shop.visit('/');
    await tabTo(page, 'header button:has-text("You are")');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let stop = 0; stop < 40; stop++) {
      await page.keyboard.press('Tab');
      expect(await page.locator('header *:focus, main *:focus, a[href="#content"]:focus').count()).toBe(0);
    }
    await page.keyboard.press('Escape');
    await page.locator('header button:has-text("You are"):focus').waitFor();
  });
});

describeInBrowser('an address that there is not', () => {
  it('shows the way back to people, free of axe violations', async () => {
    const page = await shop.visit('/');
    const answer = await page.goto(`${shop.url}/no/such/page`);
    expect(answer?.status()).toBe(404);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await tabTo(page, 'main a');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  });
});
