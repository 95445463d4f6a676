/** The requests of the rush edition's clients, as seed 001 sends them, and its live seats. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { SeatList, SeatUpdateFrame } from '../../../src/contract/rush.ts';
import { type Answer, bodyOf, type Client } from '../client.ts';
import { eventually } from '../eventually.ts';

export interface RushSeat {
  seat_id: number;
  seat_label: string;
}

export function tryJoin(
  anyone: Client,
  eventId: number,
  userUuid: string = randomUUID(),
): Promise<Answer<{ token: string; position?: number }>> {
  return anyone.post(`/queue/join/${eventId}`, { user_uuid: userUuid });
}

export async function join(anyone: Client, eventId: number, userUuid?: string): Promise<string> {
  return bodyOf(await tryJoin(anyone, eventId, userUuid)).token;
}

const at = (eventId: number, path: string, token: string) =>
  `/events/${eventId}/${path}?token=${encodeURIComponent(token)}`;

/** Somebody who is inside, as his page speaks for him. */
export function buyerOf(anyone: Client, eventId: number, token: string) {
  const post = <T>(path: string, body: object) => anyone.post<T>(at(eventId, path, token), body);
  return {
    list: () => anyone.get<SeatList>(at(eventId, 'seats', token)),
    take: (seat: RushSeat, prev?: RushSeat) =>
      post<{ seat_id: number; seat_label: string; seat_status: string }>('seats/hold', {
        ...seat,
        status: 'AVAILABLE',
        prev_seat_id: prev?.seat_id ?? null,
        prev_seat_label: prev?.seat_label ?? null,
      }),
    giveBack: (seat: RushSeat) =>
      post('seats/hold', {
        ...seat,
        status: 'HOLD',
        prev_seat_id: seat.seat_id,
        prev_seat_label: seat.seat_label,
      }),
    pay: (seat: RushSeat) => post<{ message: string }>('seats/pay', seat),
    leave: (seat?: RushSeat) => post('presence/leave', seat ? { seat_label: seat.seat_label } : {}),
  };
}

export type Buyer = ReturnType<typeof buyerOf>;

export async function comeIn(anyone: Client, eventId: number, userUuid?: string): Promise<Buyer> {
  return buyerOf(anyone, eventId, await join(anyone, eventId, userUuid));
}

export async function statusOf(buyer: Buyer, seat: RushSeat): Promise<string | undefined> {
  const { seat_list } = bodyOf(await buyer.list());
  return seat_list.find(({ seat_id }) => seat_id === seat.seat_id)?.status;
}

/** An error as this edition's clients read it. */
export function expectDetail(
  answer: Answer<unknown>,
  status: number,
  said: { code?: string; detail: string },
): void {
  expect({ status: answer.status, ...(answer.body as object) }, answer.text).toMatchObject({
    status,
    ...said,
    traceId: answer.headers['trace-id'],
  });
}

/** The WebSocket of an event's seats, and every frame that came over it. */
export async function watchSeats(url: string, eventId: number) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/events/${eventId}/seats`);
  const frames: SeatUpdateFrame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as SeatUpdateFrame));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
  });
  return {
    frames,
    until: (count: number, seconds = 60) =>
      eventually(
        () => frames.length,
        (seen) => seen >= count,
        { everyMillis: 5, seconds },
      ),
    close: () => socket.terminate(),
  };
}
