import { compactVerify, createLocalJWKSet, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import type { TicketDetail, TicketView } from '../../src/contract/ticket.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import { buy, DATE_TIME, openSale, tryBook } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const shared = sharedProgram();
const { anyone, organiser } = shared;

const KEYS = [
  ...['ticket_id', 'booking_id', 'event_id', 'user_id', 'status', 'seat_id', 'seat_number', 'section'],
  ...['row_number', 'seat_type', 'revision', 'issued_at', 'changed_at', 'received_from', 'transferred_to'],
  ...['used_at', 'gate'],
].sort();

async function sold(user: string, seats = 2) {
  const hall = { rows: 1, seatsInRow: seats, event: { venue_name: '올림픽홀' } };
  const { eventId, seatIds } = await openSale(organiser, hall);
  const booking = await buy(anyone, user, eventId, seatIds);
  const path = `/api/v1/tickets?booking_id=${booking.booking_id}`;
  const tickets = bodyOf(await anyone.as(user).get<TicketView[]>(path));
  return {
    eventId,
    seatIds,
    bookingId: booking.booking_id,
    tickets: tickets as [TicketView, ...TicketView[]],
  };
}

async function codeOf(user: string, ticketId: string): Promise<string> {
  const detail = bodyOf(await anyone.as(user).get<TicketDetail>(`/api/v1/tickets/${ticketId}`));
  return detail.code as string;
}

const scan = (eventId: number, code: string, gate = 'North', headers: Record<string, string> = {}) =>
  organiser.post<TicketView>(`/api/v1/events/${eventId}/check-ins`, { code, gate }, headers);

describe('a paid booking', () => {
  it('has one ticket for each seat, at once', async () => {
    const { eventId, seatIds, bookingId, tickets } = await sold('ann');
    expect(tickets.map(({ seat_id }) => seat_id).sort()).toEqual([...seatIds].sort());
    const [ticket] = tickets;
    expect(Object.keys(ticket).sort()).toEqual(KEYS);
    expect(ticket).toMatchObject({
      ticket_id: `${bookingId}-${ticket.seat_id}-1`,
      booking_id: bookingId,
      event_id: eventId,
      user_id: 'ann',
      status: 'VALID',
      revision: 1,
      received_from: null,
      transferred_to: null,
      issued_at: expect.stringMatching(DATE_TIME),
      used_at: null,
      gate: null,
      section: 'Floor',
    });
    const detail = bodyOf(await anyone.as('ann').get<TicketDetail>(`/api/v1/tickets/${ticket.ticket_id}`));
    expect(detail).toMatchObject({
      ...ticket,
      code: expect.stringMatching(/^ONR1\./),
      event_name: 'Winter Concert',
      venue_name: '올림픽홀',
      event_date: '2027-12-24T19:00:00',
      history: [{ from: null, to: 'VALID', gate: null }],
    });
  });

  it('shows its tickets to their holder only', async () => {
    const { eventId, bookingId, tickets } = await sold('reader');
    const { ticket_id } = tickets[0];
    const missing = { status: 404, code: 'TICKET_NOT_FOUND' };
    for (const path of ['', '/qr.svg', '/qr.png', '/ticket.pdf', '/ticket.ics']) {
      expectRefusal(await anyone.as('bob').get(`/api/v1/tickets/${ticket_id}${path}`), missing);
      expectRefusal(await anyone.as('bob').get(`/api/v1/tickets/999999-1-1${path}`), missing);
      expectRefusal(await anyone.get(`/api/v1/tickets/${ticket_id}${path}`), {
        status: 401,
        code: 'IDENTITY_REQUIRED',
      });
    }
    expect(bodyOf(await anyone.as('bob').get(`/api/v1/tickets?booking_id=${bookingId}`))).toEqual([]);
    for (const file of ['pdf', 'ics'])
      expectRefusal(await anyone.as('bob').get(`/api/v1/bookings/${bookingId}/tickets.${file}`), missing);
    const list = async (query: string) =>
      bodyOf(await anyone.as('reader').get<TicketView[]>(`/api/v1/tickets${query}`));
    expect(await list('')).toEqual(tickets);
    expect(await list(`?event_id=${eventId}&booking_id=${bookingId}`)).toEqual(tickets);
    expect(await list('?event_id=999999')).toEqual([]);
    expectRefusal(await anyone.as('reader').get('/api/v1/tickets?who=bob'), {
      status: 422,
      code: 'UNKNOWN_FIELD',
    });
    expectRefusal(await anyone.as('reader').get('/api/v1/tickets/1-2'), {
      status: 422,
      code: 'VALIDATION_FAILED',
    });
  });

  it('gets its tickets over the bus, too, when nobody asks for them', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await buy(anyone, 'quiet', eventId, seatIds);
    const list = async () => bodyOf(await anyone.as('quiet').get<TicketView[]>('/api/v1/tickets')).length;
    await eventually(list, 2);
  });

  it('loses them when it is cancelled: the codes let nobody in', async () => {
    const { eventId, bookingId, tickets } = await sold('canceller');
    const codes = await Promise.all(tickets.map(({ ticket_id }) => codeOf('canceller', ticket_id)));
    bodyOf(await anyone.as('canceller').post(`/api/v1/bookings/${bookingId}/cancel`, {}));
    for (const code of codes)
      expectRefusal(await scan(eventId, code), {
        status: 410,
        code: 'TICKET_NOT_VALID',
        message: 'The ticket is no longer valid: CANCELLED',
      });
    const detail = bodyOf(
      await anyone.as('canceller').get<TicketDetail>(`/api/v1/tickets/${tickets[0].ticket_id}`),
    );
    expect(detail).toMatchObject({ status: 'CANCELLED', code: null });
    expectRefusal(await anyone.as('canceller').get(`/api/v1/tickets/${tickets[0].ticket_id}/qr.svg`), {
      status: 410,
      code: 'TICKET_NOT_VALID',
    });
  });
});

describe('documents', () => {
  it('are drawn in each format, in the language asked for, and kept by nobody', async () => {
    const { bookingId, tickets } = await sold('drawer');
    const ask = (path: string, language = 'ko') =>
      anyone.as('drawer').get(path, { 'accept-language': language });
    const one = `/api/v1/tickets/${tickets[0].ticket_id}`;
    const types: [string, RegExp, RegExp][] = [
      [`${one}/qr.svg`, /^image\/svg\+xml/, /^<svg/],
      [`${one}/qr.png`, /^image\/png$/, /PNG/],
      [`${one}/ticket.pdf`, /^application\/pdf$/, /^%PDF-/],
      [`${one}/ticket.ics`, /^text\/calendar/, /DTSTART:20271224T190000Z/],
      [`/api/v1/bookings/${bookingId}/tickets.pdf`, /^application\/pdf$/, /\/Count 2/],
      [`/api/v1/bookings/${bookingId}/tickets.ics`, /^text\/calendar/, /좌석: Floor A1\\, Floor A2/],
    ];
    for (const [path, type, content] of types) {
      const answer = await ask(path);
      expect(answer.status, `${path} ${answer.text.slice(0, 200)}`).toBe(200);
      expect(answer.headers['content-type'], path).toMatch(type);
      expect(answer.text, path).toMatch(content);
      expect(answer.headers['cache-control'], path).toBe('private, no-store');
    }
    expect((await ask(`${one}/ticket.ics`, 'en')).text).toContain('Seats: Floor A1');
  });
});

describe('passing a ticket on', () => {
  it('kills the old code; both see what happened', async () => {
    const { eventId, tickets } = await sold('giver');
    const { ticket_id } = tickets[0];
    const oldCode = await codeOf('giver', ticket_id);
    const key = { 'idempotency-key': 'pass on' };
    const pass = () =>
      anyone
        .as('giver')
        .post<TicketView>(`/api/v1/tickets/${ticket_id}/transfer`, { to_user_id: 'taker' }, key);
    const passed = await pass();
    expect(bodyOf(passed)).toMatchObject({
      status: 'TRANSFERRED',
      user_id: 'giver',
      transferred_to: 'taker',
    });
    expect((await pass()).text).toBe(passed.text);
    const [received] = bodyOf(await anyone.as('taker').get<TicketView[]>('/api/v1/tickets')) as [TicketView];
    expect(received).toMatchObject({ status: 'VALID', revision: 2, received_from: 'giver' });
    expectRefusal(await scan(eventId, oldCode), { status: 410, code: 'TICKET_NOT_VALID' });
    bodyOf(await scan(eventId, await codeOf('taker', received.ticket_id)));
    expectRefusal(await anyone.as('giver').get(`/api/v1/tickets/${received.ticket_id}`), {
      status: 404,
      code: 'TICKET_NOT_FOUND',
    });
  });

  it('keeps its buyer from cancelling the booking', async () => {
    const { eventId, bookingId, tickets } = await sold('regretter');
    const path = `/api/v1/tickets/${tickets[0].ticket_id}/transfer`;
    bodyOf(await anyone.as('regretter').post(path, { to_user_id: 'friend' }));
    const cancel = (headers?: Record<string, string>) =>
      anyone.as('regretter').post(`/api/v1/bookings/${bookingId}/cancel`, {}, headers);
    expectRefusal(await cancel(), { status: 409, code: 'TICKETS_NOT_RETURNABLE' });
    expectRefusal(await cancel({ 'accept-language': 'ko' }), {
      status: 409,
      code: 'TICKETS_NOT_RETURNABLE',
      message: '양도했거나 사용한 티켓이 있어 예매를 취소할 수 없습니다',
    });
    const [received] = bodyOf(await anyone.as('friend').get<TicketView[]>('/api/v1/tickets')) as [TicketView];
    bodyOf(await scan(eventId, await codeOf('friend', received.ticket_id)));
  });

  it('is refused to who does not hold it, to oneself and of what is used', async () => {
    const { eventId, tickets } = await sold('keeper');
    const { ticket_id } = tickets[0];
    const pass = (user: string, to: unknown) =>
      anyone.as(user).post(`/api/v1/tickets/${ticket_id}/transfer`, { to_user_id: to });
    expectRefusal(await pass('thief', 'thief2'), { status: 404, code: 'TICKET_NOT_FOUND' });
    expectRefusal(await pass('keeper', 'keeper'), { status: 422, code: 'VALIDATION_FAILED' });
    expectRefusal(await pass('keeper', ''), { status: 422, code: 'VALIDATION_FAILED' });
    bodyOf(await scan(eventId, await codeOf('keeper', ticket_id)));
    expectRefusal(await pass('keeper', 'taker'), { status: 410, code: 'TICKET_NOT_VALID' });
  });

  it('to oneself under a new code is a new issue', async () => {
    const { eventId, tickets } = await sold('loser');
    const { ticket_id } = tickets[0];
    const oldCode = await codeOf('loser', ticket_id);
    const issued = bodyOf(await anyone.as('loser').post<TicketView>(`/api/v1/tickets/${ticket_id}/reissue`));
    expect(issued).toMatchObject({ status: 'VALID', revision: 2, user_id: 'loser' });
    expectRefusal(await scan(eventId, oldCode), { status: 410, code: 'TICKET_NOT_VALID' });
    bodyOf(await scan(eventId, await codeOf('loser', issued.ticket_id)));
  });
});

describe('the gate', () => {
  it('lets in once; the second scan is told when and where, in both languages', async () => {
    const { eventId, tickets } = await sold('guest');
    const code = await codeOf('guest', tickets[0].ticket_id);
    const first = bodyOf(await scan(eventId, code, '3번 출입구'));
    expect(first).toMatchObject({
      status: 'USED',
      gate: '3번 출입구',
      used_at: expect.stringMatching(DATE_TIME),
    });
    const refusal = expectRefusal(await scan(eventId, code, 'South'), {
      status: 409,
      code: 'TICKET_ALREADY_USED',
      message: `The ticket was used already, at ${first.used_at} UTC at 3번 출입구`,
    });
    expect(refusal.detail).toEqual({ used_at: first.used_at, gate: '3번 출입구' });
    expectRefusal(await scan(eventId, code, 'South', { 'accept-language': 'ko' }), {
      status: 409,
      code: 'TICKET_ALREADY_USED',
      message: `이미 사용된 티켓입니다: UTC ${first.used_at}, 3번 출입구`,
    });
  });

  it('lets in one of 50 who come at once with the same code', async () => {
    const { eventId, tickets } = await sold('popular');
    const code = await codeOf('popular', tickets[0].ticket_id);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, gate) => scan(eventId, code, `Gate ${gate}`)),
    );
    const [admitted, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    const { used_at, gate } = (admitted as (typeof answers)[0]).body;
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(expectRefusal(answer, { status: 409, code: 'TICKET_ALREADY_USED' }).detail).toEqual({
        used_at,
        gate,
      });
    }
  });

  it('answers a repeated scan with the same key the same, and lets staff take a scan back', async () => {
    const { eventId, tickets } = await sold('undone');
    const { ticket_id } = tickets[0];
    const code = await codeOf('undone', ticket_id);
    const undo = () => organiser.post<TicketView>(`/api/v1/tickets/${ticket_id}/undo-check-in`);
    expectRefusal(await undo(), { status: 409, code: 'TICKET_NOT_USED' });
    const key = { 'idempotency-key': 'scan 1' };
    const first = await scan(eventId, code, 'North', key);
    expect((await scan(eventId, code, 'North', key)).text).toBe(first.text);
    expect(bodyOf(await undo())).toMatchObject({ status: 'VALID', used_at: null, gate: null });
    bodyOf(await scan(eventId, code, 'South'));
    const { history } = bodyOf(await anyone.as('undone').get<TicketDetail>(`/api/v1/tickets/${ticket_id}`));
    expect(history.map(({ to, gate }) => [to, gate])).toEqual([
      ...[
        ['VALID', null],
        ['USED', 'North'],
        ['VALID', 'North'],
        ['USED', 'South'],
      ],
    ]);
  });

  it('refuses what is no code of this event, and who is not staff', async () => {
    const { eventId, tickets } = await sold('stranger');
    const other = await sold('stranger2');
    const code = await codeOf('stranger', tickets[0].ticket_id);
    expectRefusal(await scan(eventId, 'hello'), { status: 422, code: 'TICKET_CODE_INVALID' });
    expectRefusal(await scan(other.eventId, code), { status: 409, code: 'TICKET_OF_OTHER_EVENT' });
    const body = { code, gate: 'North' };
    const path = `/api/v1/events/${eventId}/check-ins`;
    expectRefusal(await anyone.post(path, body), { status: 401, code: 'IDENTITY_REQUIRED' });
    expectRefusal(await anyone.as('stranger').post(path, body), { status: 403, code: 'STAFF_ONLY' });
    expectRefusal(await anyone.as('stranger').get(`/api/v1/events/${eventId}/gate-list`), {
      status: 403,
      code: 'STAFF_ONLY',
    });
    expectRefusal(await organiser.post(path, { code }), { status: 422, code: 'VALIDATION_FAILED' });
  });

  it('without a network checks codes and lists with the public keys', async () => {
    const { eventId, tickets } = await sold('offline');
    bodyOf(await scan(eventId, await codeOf('offline', tickets[0].ticket_id)));
    const { keys } = bodyOf(await anyone.get<{ keys: JWK[] }>('/api/v1/tickets/keys'));
    const list = bodyOf(
      await organiser.get<{ list: string; keys: JWK[]; tickets: number }>(
        `/api/v1/events/${eventId}/gate-list`,
      ),
    );
    expect(list).toMatchObject({ keys, tickets: 2, event_id: eventId });
    const { payload } = await compactVerify(list.list, createLocalJWKSet({ keys }));
    const { event, tickets: numbers } = JSON.parse(new TextDecoder().decode(payload));
    expect(event).toBe(eventId);
    expect(numbers).toHaveLength(8);
    const [first, second] = [numbers.slice(0, 4), numbers.slice(4)];
    expect([first[0], second[0]]).toEqual(tickets.map(({ seat_id }) => seat_id));
    expect([first[3] > 0, second[3] > 0]).toEqual([true, false]);
  });
});

describe('after a restart', () => {
  it('codes still let in, and tickets are as they were', async () => {
    const { eventId, tickets } = await sold('patient');
    const { ticket_id } = tickets[0];
    const code = await codeOf('patient', ticket_id);
    await shared.restart();
    expect(await codeOf('patient', ticket_id)).toBe(code);
    bodyOf(await scan(eventId, code));
  });
});

describe('the address for the tickets', () => {
  it('may come with the booking, and must be one', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const ask = async (contact: unknown) => {
      const body = { event_id: eventId, seat_ids: seatIds, user_id: 'mailed', contact };
      return anyone.as('mailed').post('/api/v1/bookings', body);
    };
    await anyone
      .as('mailed')
      .post('/api/v1/reservations', { event_id: eventId, seat_ids: seatIds, user_id: 'mailed' });
    for (const email of [
      '',
      'x',
      'a@b@c',
      'a b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      `${'x'.repeat(65)}@example.com`,
    ])
      expectRefusal(await ask({ email }), { status: 422, code: 'VALIDATION_FAILED' });
    expectRefusal(await ask({ email: 'a@example.com', language: 'de' }), {
      status: 422,
      code: 'VALIDATION_FAILED',
    });
    expectRefusal(await ask({ email: 'a@example.com', name: 'A' }), { status: 422, code: 'UNKNOWN_FIELD' });
    expect((await ask({ email: 'a@example.com', language: 'ko' })).status).toBe(201);
    expectRefusal(await tryBook(anyone, 'mailed', eventId, seatIds), {
      status: 409,
      code: 'SEAT_NOT_RESERVED',
    });
  });
});
