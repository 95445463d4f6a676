import type { Language } from '../core/language.ts';

/** Everything that stands on tickets and in mails beside the facts. */
interface Words {
  readonly ticket: string;
  readonly when: string;
  readonly where: string;
  readonly section: string;
  readonly row: string;
  readonly seat: string;
  readonly type: Readonly<Record<string, string>>;
  readonly number: string;
  readonly holder: string;
  readonly note: string;
  /** Of the files. */
  readonly fileName: string;
  readonly seats: (seats: string) => string;
  readonly subject: (event: string) => string;
  readonly greeting: (event: string) => string;
  readonly reference: string;
  readonly attached: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    ticket: 'Ticket',
    when: 'When',
    where: 'Where',
    section: 'Section',
    row: 'Row',
    seat: 'Seat',
    type: { REGULAR: 'Regular', VIP: 'VIP', PREMIUM: 'Premium' },
    number: 'Ticket number',
    holder: 'Holder',
    note: 'Show this code at the entrance. It lets one person in, once. Show it to nobody else: whoever comes first is let in.',
    fileName: 'tickets',
    seats: (seats) => `Seats: ${seats}`,
    subject: (event) => `Your tickets for ${event}`,
    greeting: (event) => `Your booking for ${event} is confirmed. It is yours.`,
    reference: 'Booking reference',
    attached:
      'Your tickets are attached as a PDF file, and the date as a calendar file. If you cancel the booking or pass a ticket on, its code no longer lets anybody in.',
  },
  ko: {
    ticket: '티켓',
    when: '일시',
    where: '장소',
    section: '구역',
    row: '열',
    seat: '좌석',
    type: { REGULAR: '일반', VIP: 'VIP', PREMIUM: '프리미엄' },
    number: '티켓 번호',
    holder: '소지자',
    note: '입구에서 이 코드를 보여 주세요. 한 사람이 한 번만 입장할 수 있습니다. 먼저 온 사람이 입장하므로 다른 사람에게 보여 주지 마세요.',
    fileName: 'tickets',
    seats: (seats) => `좌석: ${seats}`,
    subject: (event) => `${event} 티켓`,
    greeting: (event) => `${event} 예매가 확정되었습니다.`,
    reference: '예매 번호',
    attached:
      '티켓은 PDF 파일로, 일정은 캘린더 파일로 첨부했습니다. 예매를 취소하거나 티켓을 양도하면 해당 코드로는 입장할 수 없습니다.',
  },
};

/** A moment in words, with its time zone said: by name, and as the distance from UTC. */
export function momentIn(
  at: number,
  { language, timeZone }: { language: Language; timeZone: string },
): string {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  const moment = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  const zone = zonePart(at, locale, { timeZone, timeZoneName: 'long' });
  const offset = zonePart(at, 'en-GB', { timeZone, timeZoneName: 'longOffset' }).replace('GMT', 'UTC');
  return /^UTC([+-]00:00)?$/.test(offset) ? `${moment}, ${zone} (UTC)` : `${moment}, ${zone} (${offset})`;
}

function zonePart(
  at: number,
  locale: string,
  options: { timeZone: string; timeZoneName: 'long' | 'longOffset' },
): string {
  const parts = new Intl.DateTimeFormat(locale, options).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? options.timeZone;
}
