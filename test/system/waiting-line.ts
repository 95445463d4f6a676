/** What the tests of the waiting room do again and again. Each step fails the test when it is refused. */
import type { EventInput } from '../../src/contract/event.ts';
import type { StandingView } from '../../src/contract/waiting-room.ts';
import { type Answer, bodyOf, type Client } from './client.ts';
import { eventually } from './eventually.ts';
import { openSale } from './sale.ts';

type Admission = NonNullable<EventInput['admission']>;

export const roomOf = (eventId: number) => `/api/v1/events/${eventId}/waiting-room`;

/** An event on sale behind a waiting room that lets people in as fast as it can. */
export async function gatedSale(organiser: Client, seats: number, admission: Admission = {}) {
  const fast: Admission = { mode: 'waiting_room', rate_per_second: 1_000, burst: 1_000 };
  return openSale(organiser, { rows: 1, seatsInRow: seats, event: { admission: { ...fast, ...admission } } });
}

export const openRoom = (organiser: Client, eventId: number, beacon?: string) =>
  organiser.post<{ phase: string }>(`${roomOf(eventId)}/open`, beacon === undefined ? undefined : { beacon });

export function tryJoin(anyone: Client, userId: string, eventId: number): Promise<Answer<StandingView>> {
  return anyone.as(userId).post(`${roomOf(eventId)}/join`);
}

export async function join(anyone: Client, userId: string, eventId: number): Promise<StandingView> {
  return bodyOf(await tryJoin(anyone, userId, eventId));
}

export async function standing(anyone: Client, userId: string, eventId: number): Promise<StandingView> {
  return bodyOf(await anyone.as(userId).get<StandingView>(`${roomOf(eventId)}/status`));
}

/** Waits until he is called, and returns his entry token. */
export async function called(anyone: Client, userId: string, eventId: number): Promise<string> {
  const found = await eventually(
    () => standing(anyone, userId, eventId),
    ({ status }) => status === 'READY',
  );
  return found.entry_token as string;
}

export function tryEnter(
  anyone: Client,
  userId: string,
  eventId: number,
  token: string,
): Promise<Answer<{ session: string; expires_at: string }>> {
  return anyone.as(userId).post(`${roomOf(eventId)}/enter`, { entry_token: token });
}

/** Joins, waits and comes in; returns the header of his sale requests. */
export async function enter(
  anyone: Client,
  userId: string,
  eventId: number,
): Promise<Record<string, string>> {
  await join(anyone, userId, eventId);
  const entered = await tryEnter(anyone, userId, eventId, await called(anyone, userId, eventId));
  return { 'x-sale-session': bodyOf(entered, 201).session };
}
