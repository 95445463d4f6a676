import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ticketDocuments } from '../../../src/adapters/ticket-documents/documents.ts';
import { inFonts } from '../../../src/adapters/ticket-documents/fonts.ts';
import { codeOf } from '../../../src/ticket/code.ts';
import type { Sheet } from '../../../src/ticket/ports/documents.ts';
import { momentIn, WORDS } from '../../../src/ticket/words.ts';
import { keys, ticketOf } from './tickets.ts';

const documents = ticketDocuments();
const code = codeOf(ticketOf(), keys);
const sheet: Sheet = {
  title: '겨울 콘서트 Café',
  lines: [['좌석', 'A12']],
  code,
  note: '먼저 온 사람이 입장합니다.',
};

/** All streams of a PDF, unpacked. */
function streamsOf(pdf: Uint8Array): string {
  const bytes = Buffer.from(pdf).toString('latin1');
  return [...bytes.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)]
    .map(([, stream = '']) => {
      try {
        return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
      } catch {
        return stream;
      }
    })
    .join('\n');
}

describe('a PDF', () => {
  it('has a page for each sheet, and carries the Korean letters it shows', async () => {
    const pdf = await documents.pdf([sheet, sheet, sheet], { title: sheet.title, language: 'ko' });
    const text = Buffer.from(pdf).toString('latin1');
    expect(text.slice(0, 5)).toBe('%PDF-');
    expect(text.match(/\/Type \/Page\n/g)).toHaveLength(3);
    expect(text).toMatch(/FontFile2/);
    expect(text).toMatch(/BaseFont \/\w+\+NanumGothic/);
    expect(text).toContain('/Lang (ko)');
    // The maps from glyphs back to letters, by which readers search and read aloud.
    const maps = streamsOf(pdf).toLowerCase();
    for (const letter of '겨울콘서트좌석먼저온') {
      expect(maps, letter).toContain(letter.codePointAt(0)?.toString(16));
    }
    expect(pdf.length).toBeLessThan(200_000);
  });

  it('shows each letter in a font that has it', () => {
    expect(inFonts('서울 Café\n東', 'N')).toEqual([
      { font: 'N', text: '서울 Caf' },
      { font: 'Helvetica', text: 'é' },
      { font: 'N', text: ' ?' },
    ]);
    // Hangul in pieces, as macOS writes file names, is put together.
    expect(inFonts('가'.normalize('NFD'), 'N')).toEqual([{ font: 'N', text: '가' }]);
  });
});

describe('a QR code', () => {
  it('is drawn as SVG and PNG, with its margin, small enough for a phone', async () => {
    const svg = await documents.qrSvg(code);
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 49 49"/);
    const png = Buffer.from(await documents.qrPng(code));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([294, 294]);
  });
});

describe('a calendar entry', () => {
  it('says when in UTC, and keeps every sign of what people wrote', async () => {
    const text = await documents.calendar({
      appointmentId: '12-345-1',
      title: '겨울; 콘서트, 1\nEND:VEVENT',
      location: null,
      description: 'Floor A12',
      startsAt: Date.UTC(2027, 11, 24, 10),
      durationMillis: 7_200_000,
    });
    expect(text.split('\r\n')).toEqual(
      expect.arrayContaining([
        ...['BEGIN:VCALENDAR', 'UID:12-345-1@onrush', 'DTSTART:20271224T100000Z', 'END:VCALENDAR'],
        'SUMMARY:겨울\\; 콘서트\\, 1\\nEND:VEVENT',
      ]),
    );
    expect(text.match(/^END:VEVENT\r$/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^(METHOD|ORGANIZER)/m);
  });

  it('has no line over 75 octets, and no control that begins a line where none is', async () => {
    const title = '겨울 콘서트 😀'.repeat(20);
    const text = await documents.calendar({
      appointmentId: '12-345-1',
      title,
      location: 'Hall\rATTENDEE:mailto:a@b.example',
      description: 'Floor\r\nA12\u0007\u001b[31m\u0085',
      startsAt: Date.UTC(2027, 11, 24, 10),
      durationMillis: 7_200_000,
    });
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    const lines = text.replaceAll('\r\n ', '').split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        `SUMMARY:${title}`,
        'LOCATION:Hall\\nATTENDEE:mailto:a@b.example',
        'DESCRIPTION:Floor\\nA12[31m',
      ]),
    );
    expect(text).not.toMatch(/\r(?!\n)/);
  });
});

describe('words', () => {
  it('say a moment with its time zone', () => {
    const at = Date.UTC(2027, 11, 24, 10);
    const said = (language: 'en' | 'ko', timeZone: string) => momentIn(at, { language, timeZone });
    expect(said('en', 'UTC')).toBe('Friday, 24 December 2027 at 10:00, Coordinated Universal Time (UTC)');
    expect(said('ko', 'UTC')).toBe('2027년 12월 24일 금요일 10:00, 협정 세계시 (UTC)');
    expect(said('en', 'Asia/Seoul')).toContain('19:00, Korean Standard Time (UTC+09:00)');
    expect(said('ko', 'Asia/Seoul')).toContain('19:00, 한국 표준시 (UTC+09:00)');
  });

  it('are the same in both languages', () => {
    expect(Object.keys(WORDS.ko)).toEqual(Object.keys(WORDS.en));
    expect(Object.keys(WORDS.ko.type)).toEqual(Object.keys(WORDS.en.type));
  });
});
