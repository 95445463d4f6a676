import Fastify from 'fastify';
import { Type } from 'typebox';
import { ReservationCreated, ReservationInput } from '../../contract/reservation.ts';

/**
 * What every hold is measured against: the same framework, route, body and answer, checked and written by the same
 * kind of schema, and nothing in between. No hook, no identity, no limit, no log, no seat, no disk.
 */
export async function serveNoOp(port: number): Promise<void> {
  const app = Fastify({ logger: false });
  const schema = { body: ReservationInput, response: { 201: ReservationCreated } };
  app.post('/api/v1/reservations', { schema }, async (_request, reply) => reply.code(201).send(ANSWER));
  const health = { response: { 200: Type.Object({ status: Type.String() }) } };
  app.get('/health', { schema: health }, async () => ({ status: 'healthy' }));
  await app.listen({ port, host: '127.0.0.1' });
}

const ANSWER: ReservationCreated = {
  reservations: [
    {
      reservation_id: 123_456,
      event_id: 7,
      user_id: 'buyer-123456',
      session_id: null,
      expires_at: '2026-11-21T00:36:28',
      status: 'ACTIVE',
      created_at: '2026-11-21T00:26:28',
      seats: [
        {
          seat_id: 123_456,
          event_id: 7,
          seat_number: 'R123-45',
          section: 'Tier 1',
          row_number: 'R123',
          seat_type: 'PREMIUM',
          price: '100.00',
          status: 'RESERVED',
          reserved_until: '2026-11-21T00:36:28',
          created_at: '2026-11-21T00:26:28',
          x: 45,
          y: 123,
        },
      ],
    },
  ],
  total_amount: 100,
  expires_at: '2026-11-21T00:36:28',
};
