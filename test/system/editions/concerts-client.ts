import { request } from 'undici';
import { expect } from 'vitest';
import type {
  ConcertSeat,
  LifecycleView,
  LineView,
  SeatReservationView,
  UserView,
} from '../../../src/contract/concerts.ts';
import { type Answer, bodyOf, type Client } from '../client.ts';

let named = 0;

/** A user whose name nobody else has. */
export async function makeUser(anyone: Client, more: { tier?: string } = {}): Promise<number> {
  const username = `user ${++named} ${process.pid}`;
  return bodyOf(await anyone.post<UserView>('/api/users', { username, ...more })).id;
}

export interface Hall {
  concertId: number;
  optionId: number;
  seatIds: readonly number[];
}

const SETUP = {
  title: 'Winter Concert',
  artistName: 'Onrush',
  agencyName: 'House',
  concertDate: '2027-03-01T18:00:00',
  seatCount: 12,
};

export function trySetup(anyone: Client, more: object = {}): Promise<Answer> {
  return anyone.post('/api/concerts/setup', { ...SETUP, ...more });
}

export async function setup(anyone: Client, more: object = {}): Promise<Hall> {
  const answer = await trySetup(anyone, more);
  const [, concertId = '', optionId = ''] =
    /^Setup completed: ConcertID=(\d+), OptionID=(\d+)$/.exec(answer.text) ?? [];
  expect(concertId, answer.text).not.toBe('');
  const seats = await freeSeats(anyone, Number(optionId));
  return {
    concertId: Number(concertId),
    optionId: Number(optionId),
    seatIds: seats.map(({ id }) => id),
  };
}

export async function freeSeats(anyone: Client, optionId: number): Promise<ConcertSeat[]> {
  return bodyOf(await anyone.get<ConcertSeat[]>(`/api/concerts/options/${optionId}/seats`));
}

export const WAYS = ['v1/optimistic', 'v2/pessimistic', 'v3/distributed-lock'] as const;

export function reserve(
  anyone: Client,
  userId: number,
  seatId: number,
  { way = 'v1/optimistic', headers = {} }: { way?: string; headers?: Record<string, string> } = {},
): Promise<Answer<SeatReservationView>> {
  return anyone.post(`/api/reservations/${way}`, { userId, seatId }, headers);
}

export function tryHold(
  anyone: Client,
  userId: number,
  seatId: number,
  marks: object = {},
): Promise<Answer<LifecycleView>> {
  return anyone.post('/api/reservations/v6/holds', { userId, seatId, ...marks });
}

export async function hold(anyone: Client, userId: number, seatId: number): Promise<LifecycleView> {
  return bodyOf(await tryHold(anyone, userId, seatId), 201);
}

export function move(
  anyone: Client,
  id: number,
  to: 'paying' | 'confirm' | 'cancel' | 'refund',
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer<LifecycleView>> {
  return anyone.post(`/api/reservations/v6/${id}/${to}`, body, headers);
}

/** Held, paid, confirmed. */
export async function buy(anyone: Client, userId: number, seatId: number): Promise<LifecycleView> {
  const { id } = await hold(anyone, userId, seatId);
  bodyOf(await move(anyone, id, 'paying', { userId }));
  return bodyOf(await move(anyone, id, 'confirm', { userId }));
}

/** The client of the other tests knows no PUT. */
export async function put(
  program: { url: string },
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await request(program.url + path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

export function join(anyone: Client, userId: number, concertId: number): Promise<Answer<LineView>> {
  return anyone.post('/api/v1/waiting-queue/join', { userId, concertId });
}

export async function standing(anyone: Client, userId: number, concertId: number): Promise<LineView> {
  const path = `/api/v1/waiting-queue/status?userId=${userId}&concertId=${concertId}`;
  return bodyOf(await anyone.get<LineView>(path));
}

/** A no in this edition's words: its own fields, and the common ones beside them. */
export function expectConcertsRefusal(
  answer: Answer<unknown>,
  { status, code, path, message }: { status: number; code: string; path?: string; message?: string },
): Record<string, unknown> {
  const body = answer.body as Record<string, unknown>;
  expect({ status: answer.status, code: body.code }, answer.text).toEqual({ status, code });
  expect(body).toMatchObject({ status, errorCode: code, traceId: answer.headers['trace-id'] });
  expect(body.error).toMatch(/^[A-Z][A-Za-z ]+$/);
  expect(body).toHaveProperty('detail');
  expect(body.message).not.toBe('');
  if (path !== undefined) expect(body.path).toBe(path);
  if (message !== undefined) expect(body.message).toBe(message);
  return body;
}
