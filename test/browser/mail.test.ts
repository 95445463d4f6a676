import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SmtpCatcher, smtpCatcher } from '../backends/smtp-catcher.ts';
import { describeInBrowser, openShop, type Shop } from './shop.ts';
import { violationsOn } from './violations.ts';

let post: SmtpCatcher;
let shop: Shop;

beforeAll(async () => {
  post = await smtpCatcher();
  shop = await openShop({ SMTP_URL: post.url, MAIL_FROM: 'tickets@example.com' });
});

afterAll(async () => {
  await shop?.close();
  await post?.stop();
});

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

async function pageWithHold(locale = 'en-US'): Promise<Page> {
  const { eventId } = await shop.createEvent({ rows: 1, seatsInRow: 4 });
  const page = await shop.visit(`/events/${eventId}`, { locale, viewport: { width: 320, height: 640 } });
  await step(page, 'find').click();
  await page.getByRole('timer').waitFor();
  return page;
}

describeInBrowser('an e-mail address at the checkout', () => {
  it('has the tickets mailed there, in the language of the page', async () => {
    const page = await pageWithHold('ko-KR');
    await page.getByLabel('이메일 (선택)').fill('ann@example.com');
    await step(page, 'book').click();
    await step(page, 'pay').click();
    const reference = await page.getByTestId('reference').textContent();
    await expect
      .poll(() => post.letters.map(({ to }) => to), { timeout: 20_000 })
      .toEqual([['ann@example.com']]);
    // Korean subjects are encoded words.
    expect(post.letters[0]?.text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(reference).toMatch(/^BK-/);
  });

  it('that is none is pointed out before anything is booked; without one all goes on', async () => {
    const page = await pageWithHold();
    const field = page.getByLabel('E-mail (optional)');
    await field.fill('ann at example');
    await field.press('Enter');
    await page.getByText('This is no e-mail address.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const violations = await violationsOn(page);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect({ violations, width }).toEqual({ violations: [], width: 320 });
    await field.fill('');
    await step(page, 'book').click();
    await step(page, 'pay').waitFor();
  });
});

describeInBrowser('a shop that sends no mail', () => {
  it('asks for no address', async () => {
    const silent = await openShop();
    try {
      const { eventId } = await silent.createEvent({ rows: 1, seatsInRow: 4 });
      const page = await silent.visit(`/events/${eventId}`);
      await step(page, 'find').click();
      await step(page, 'book').waitFor();
      expect(await page.getByRole('textbox', { name: /mail/ }).count()).toBe(0);
    } finally {
      await silent.close();
    }
  });
});
