/** The requests of the orders edition's clients, as seed 003 sends them. */
import { expect } from 'vitest';
import type { OrdersHall, SubmittedOrder } from '../../../src/contract/orders.ts';
import { type Answer, bodyOf, type Client } from '../client.ts';

export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export interface HeldSeat {
  eventId: number;
  seatId: number;
  holdSeconds: number;
  expiresAt: string;
  traceId: string;
}

export function hold(
  client: Client,
  eventId: number,
  seatId: number,
  more: { holdSeconds?: number; headers?: Record<string, string> } = {},
): Promise<Answer<HeldSeat>> {
  const { holdSeconds = 60, headers } = more;
  return client.post('/api/reservations', { eventId, seatId, holdSeconds }, headers);
}

export const seatPath = (eventId: number, seatId: number) => `/api/reservations/${eventId}/${seatId}`;

export function submit(
  client: Client,
  eventId: number,
  seatIds: readonly number[],
  key = `key ${Math.random()}`,
): Promise<Answer<SubmittedOrder>> {
  return client.post('/api/orders', { eventId, seatIds }, { 'idempotency-key': key });
}

export async function statusOf(client: Client, eventId: number, seatId: number): Promise<string | undefined> {
  const { seats } = bodyOf(await client.get<OrdersHall>(`/api/events/${eventId}/seats`));
  return seats.find(({ id }) => id === seatId)?.status;
}

export async function orderStatus(client: Client, orderId: number): Promise<string> {
  return bodyOf(await client.get<SubmittedOrder>(`/api/orders/${orderId}`)).status;
}

/** An error as this edition's clients read it. */
export function expectError(answer: Answer<unknown>, status: number, code: string): void {
  expect({ status: answer.status, ...(answer.body as object) }, answer.text).toMatchObject({
    status,
    code,
    message: expect.any(String),
    traceId: answer.headers['trace-id'],
  });
}
