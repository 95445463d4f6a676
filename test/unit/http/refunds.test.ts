import { afterEach, describe, expect, it } from 'vitest';
import { mountRoutes } from '../../../src/compose/routes.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted } from '../../backends/seat-commands.ts';
import { ADMIN_TOKEN, type TestServer, testServer } from './kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

/** A booking of ann over 100.00, paid. */
async function paid() {
  const running = await saleInMemory();
  server = await testServer();
  mountRoutes(server.app, running.sale, server.app.kit.config);
  const { eventId, seatIds } = await running.openEvent(1);
  const ann = { userId: 'ann', sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  granted(await running.sale.reservations.hold(eventId, seatIds, ann));
  const { orderId } = granted(await running.sale.orders.create(eventId, seatIds, 'ann', undefined));
  granted(await running.sale.orders.confirmPayment(orderId, 'ann', 'p1', undefined));
  const refund = async (payload: object, headers: Record<string, string> = { 'x-token': ADMIN_TOKEN }) => {
    const url = `/api/v1/bookings/${orderId}/refunds`;
    const answer = await server.app.inject({ method: 'POST', url, payload, headers });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  };
  return { orderId, refund };
}

describe('POST /api/v1/bookings/{id}/refunds', () => {
  it('gives a part back, once, and says what is left', async () => {
    const { refund, orderId } = await paid();
    const body = {
      booking_id: orderId,
      refund_id: 'late',
      amount: '30.00',
      currency: 'USD',
      status: 'DONE',
      left: '70.00',
    };
    for (let again = 0; again < 2; again++)
      expect(await refund({ refund_id: 'late', amount: '30.00' })).toEqual({ status: 200, body });
    expect((await refund({ refund_id: 'rest', amount: 70 })).body).toMatchObject({ left: '0.00' });
  });

  it.each([
    ['more than is left', { refund_id: 'r', amount: '100.01' }, 'REFUND_TOO_LARGE'],
    ['nothing', { refund_id: 'r', amount: 0 }, 'VALIDATION_FAILED'],
    ['less than nothing', { refund_id: 'r', amount: -5 }, 'VALIDATION_FAILED'],
    ['a part of a cent', { refund_id: 'r', amount: '1.005' }, 'VALIDATION_FAILED'],
    ['a name that is none', { refund_id: 'a b', amount: 1 }, 'VALIDATION_FAILED'],
    ['another currency', { refund_id: 'r', amount: 1, currency: 'KRW' }, 'UNKNOWN_FIELD'],
  ])('answers 422 to %s', async (_what, payload, code) => {
    const { refund } = await paid();
    expect(await refund(payload)).toMatchObject({ status: 422, body: { code } });
  });

  it('takes no more parts than are remembered, and says how many', async () => {
    const { refund } = await paid();
    for (let part = 1; part <= 50; part++)
      expect(await refund({ refund_id: `part-${part}`, amount: 1 })).toMatchObject({ status: 200 });
    const inKorean = { 'x-token': ADMIN_TOKEN, 'accept-language': 'ko' };
    expect(await refund({ refund_id: 'one-more', amount: 1 })).toMatchObject({
      status: 422,
      body: { code: 'REFUND_PARTS_LIMIT', message: 'A booking can be refunded in at most 50 parts' },
    });
    expect((await refund({ refund_id: 'one-more', amount: 1 }, inKorean)).body.message).toBe(
      '부분 환불은 예매당 최대 50회까지 가능합니다',
    );
  });

  it('is the organiser’s: nobody 401, the buyer 403', async () => {
    const { refund } = await paid();
    const payload = { refund_id: 'r', amount: 1 };
    expect((await refund(payload, {})).status).toBe(401);
    expect((await refund(payload, { 'x-user-id': 'ann' })).status).toBe(403);
  });

  it('answers the same to the same Idempotency-Key, and 422 to another body under it', async () => {
    const { refund } = await paid();
    const headers = { 'x-token': ADMIN_TOKEN, 'idempotency-key': 'k1' };
    const first = await refund({ refund_id: 'r', amount: 1 }, headers);
    expect(await refund({ refund_id: 'r', amount: 1 }, headers)).toEqual(first);
    expect((await refund({ refund_id: 'q', amount: 1 }, headers)).body.code).toBe('IDEMPOTENCY_MISMATCH');
  });
});
