import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smtpMailer } from '../../../src/adapters/mail/smtp.ts';
import { HOUR, SECOND } from '../../../src/core/clock.ts';
import { ATTEMPTS_MAX, begun, failed, newMail } from '../../../src/ticket/mail.ts';
import type { Mailing } from '../../../src/ticket/mailing.ts';
import { granted } from '../../backends/seat-commands.ts';
import { type CaughtLetter, type SmtpCatcher, smtpCatcher } from '../../backends/smtp-catcher.ts';
import { ticketDesk } from './desk.ts';
import { NOW } from './tickets.ts';

const contact = { email: 'ann@example.com', language: 'ko' } as const;

let catcher: SmtpCatcher;
beforeEach(async () => {
  catcher = await smtpCatcher();
});
afterEach(() => catcher.stop());

async function deskWithMail(url = catcher.url) {
  const desk = await ticketDesk(smtpMailer({ url, from: 'Onrush <tickets@example.com>' }));
  const mailing = desk.mailing as Mailing;
  return { desk, send: () => mailing.sendDue(10), mail: () => desk.mails.find(12) };
}

/** The parts of a letter, unpacked: header lines and content. */
function partsOf({ text }: CaughtLetter): { head: string; content: Buffer }[] {
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? '';
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n');
      const content = body.join('\r\n\r\n');
      return { head, content: Buffer.from(content, /base64/i.test(head) ? 'base64' : 'utf8') };
    });
}

describe('the mail of an order', () => {
  it('goes to its buyer once, in the buyer’s language, with the tickets and the date', async () => {
    const { desk, send, mail } = await deskWithMail();
    await desk.sell([1, 2], { contact });
    await desk.issuing.follow(12);
    await send();
    desk.clock.advance(24 * HOUR);
    await send();
    expect(catcher.letters).toHaveLength(1);
    const [letter] = catcher.letters as [CaughtLetter];
    expect(letter).toMatchObject({ from: 'tickets@example.com', to: ['ann@example.com'] });
    expect(letter.text).toMatch(/^Message-ID: <BK-1@onrush>/m);
    const [words, pdf, calendar] = partsOf(letter);
    expect(words?.content.toString()).toContain('겨울 콘서트 예매가 확정되었습니다.');
    expect(words?.content.toString()).toContain('2027년 12월 24일 금요일 19:00, 한국 표준시 (UTC+09:00)');
    expect(words?.content.toString()).toContain('Floor A1, Floor A2');
    expect(pdf?.head).toContain('application/pdf');
    expect(pdf?.content.subarray(0, 5).toString()).toBe('%PDF-');
    expect(calendar?.content.toString()).toContain('DTSTART:20271224T100000Z');
    expect(await mail()).toMatchObject({ state: 'SENT', dueAt: null, reason: null });
  });

  it('is not written to who left no address', async () => {
    const { desk, send } = await deskWithMail();
    await desk.sell([1]);
    expect(await send()).toBe(0);
  });

  it('is tried again, later each time, while the server is away, and then arrives', async () => {
    const { url } = catcher;
    await catcher.stop();
    const { desk, send, mail } = await deskWithMail(url);
    await desk.sell([1], { contact });
    expect(await send()).toBe(1);
    expect(await mail()).toMatchObject({
      state: 'WAITING',
      attempts: 1,
      reason: expect.stringContaining('ECONN'),
    });
    expect(await send()).toBe(0);
    desk.clock.advance(30 * SECOND);
    expect(await send()).toBe(1);
    const tried = await mail();
    expect((tried?.dueAt ?? 0) - desk.clock.now()).toBe(60 * SECOND);
  });

  it('is tried again when the server says later, and never when it says no', async () => {
    const { desk, send, mail } = await deskWithMail();
    catcher.refuse('451 come again', '550 no such mailbox');
    await desk.sell([1], { contact });
    await send();
    expect(await mail()).toMatchObject({ state: 'WAITING' });
    desk.clock.advance(HOUR);
    await send();
    expect(await mail()).toMatchObject({
      state: 'GIVEN_UP',
      dueAt: null,
      reason: expect.stringContaining('550'),
    });
    expect(catcher.letters).toEqual([]);
  });

  it('is given up after so many tries, with the reason', () => {
    let mail = newMail(12, contact, NOW);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      expect(mail.state).toBe('WAITING');
      mail = failed(begun(mail, mail.dueAt ?? 0), 'no answer', NOW);
    }
    expect(mail).toMatchObject({
      state: 'GIVEN_UP',
      attempts: ATTEMPTS_MAX,
      dueAt: null,
      reason: 'no answer',
    });
  });

  it('carries no ticket that was given back or passed on meanwhile', async () => {
    const { desk, send, mail } = await deskWithMail();
    const [first] = await desk.sell([1], { contact });
    granted(await desk.tickets.transfer(first?.id as never, 'bob', { userId: 'ann', key: undefined }));
    await send();
    expect(catcher.letters).toEqual([]);
    expect(await mail()).toMatchObject({ state: 'GIVEN_UP', reason: expect.stringContaining('valid') });
  });

  it('is sent by one of several nodes', async () => {
    const { desk, send } = await deskWithMail();
    const other = desk.anotherNode().mailing as Mailing;
    await desk.sell([1], { contact });
    await Promise.all([send(), other.sendDue(10), send(), other.sendDue(10)]);
    expect(catcher.letters).toHaveLength(1);
  });

  it('whose sending was broken off is sent again, under the same name', async () => {
    const { desk, send } = await deskWithMail();
    await desk.sell([1], { contact });
    desk.faults.failAfter(1);
    await send();
    expect(catcher.letters).toHaveLength(1);
    desk.clock.advance(HOUR);
    await send();
    const names = catcher.letters.map(({ text }) => /^Message-ID: (.*)$/m.exec(text)?.[1]);
    expect(names).toEqual([names[0], names[0]]);
  });
});
