import type { WaitlistPage, WaitlistView } from '../../src/contract/waitlist.ts';
import { type Answer, bodyOf, type Client } from './client.ts';
import { createEvent, startSale } from './sale.ts';

/** What parties do that wait for seats. */
export const join = (
  anyone: Client,
  userId: string,
  eventId: number,
  wish: object = {},
  headers: Record<string, string> = {},
): Promise<Answer<WaitlistView>> =>
  anyone.as(userId).post<WaitlistView>(`/api/v1/events/${eventId}/waitlist/join`, wish, headers);

export async function joined(anyone: Client, userId: string, eventId: number, wish: object = {}) {
  return bodyOf(await join(anyone, userId, eventId, wish), 201);
}

export async function standing(anyone: Client, userId: string, eventId: number): Promise<WaitlistView> {
  return bodyOf(await anyone.as(userId).get<WaitlistView>(`/api/v1/events/${eventId}/waitlist/status`));
}

export const answer = (
  anyone: Client,
  userId: string,
  eventId: number,
  what: 'accept' | 'decline' | 'leave',
): Promise<Answer<WaitlistView>> =>
  anyone.as(userId).post<WaitlistView>(`/api/v1/events/${eventId}/waitlist/${what}`);

export async function lineOf(organiser: Client, eventId: number, query = ''): Promise<WaitlistPage> {
  return bodyOf(await organiser.get<WaitlistPage>(`/api/v1/events/${eventId}/waitlist${query}`));
}

/** An event on sale with so many unnumbered seats. */
export async function openCapacity(organiser: Client, capacity: number, more: object = {}): Promise<number> {
  const { event_id } = await createEvent(organiser, {
    inventory: 'capacity',
    capacity,
    total_seats: capacity,
    price: '10.00',
    ...more,
  });
  await startSale(organiser, event_id);
  return event_id;
}

/** So many unnumbered seats, whichever. */
export const takeAny = (anyone: Client, userId: string, eventId: number, size = 1) =>
  anyone
    .as(userId)
    .post<{ reservations: { reservation_id: number }[] }>(`/api/v1/events/${eventId}/best-available`, {
      party_size: size,
      hold: true,
    });

export async function release(anyone: Client, userId: string, reservationId: number): Promise<void> {
  await anyone.as(userId).delete(`/api/v1/reservations/${reservationId}`);
}
