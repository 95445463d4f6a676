import type { TrainReserved, TrainStatus } from '../../../src/contract/train.ts';
import { type Answer, bodyOf, type Client } from '../client.ts';

/** What passengers of the train edition do. */
export const reserve = (anyone: Client, user_id: unknown, headers: Record<string, string> = {}) =>
  anyone.post<TrainReserved>('/reserve', { user_id }, headers);

export async function reserved(anyone: Client, user_id: unknown): Promise<TrainReserved> {
  return bodyOf(await reserve(anyone, user_id));
}

export async function statusOf(anyone: Client, user: string): Promise<TrainStatus> {
  return bodyOf(await anyone.get<TrainStatus>(`/status/${encodeURIComponent(user)}`));
}

export interface Cancelled {
  status: string;
  user_id: string;
  promoted_users?: string[];
}

export const cancel = (anyone: Client, user: string): Promise<Answer<Cancelled>> =>
  anyone.delete<Cancelled>(`/reserve/${encodeURIComponent(user)}`);

export interface Processed {
  status: string;
  promoted_users: string[];
  promoted_count: number;
}

export const processQueue = (organiser: Client) => organiser.post<Processed>('/process_queue');

/** Each asks when the one before has his answer: who asks at once, on sockets of their own, come in any order. */
export async function inTurn(anyone: Client, users: readonly string[]): Promise<void> {
  for (const user of users) await reserved(anyone, user);
}

/** Asks for everybody at once, and sorts the answers. */
export async function crowd(clients: readonly Client[], users: readonly string[]) {
  const answers = await Promise.all(
    users.map((user, index) => reserved(clients[index % clients.length] as Client, user)),
  );
  const of = (status: string) => answers.filter((answer) => answer.status === status);
  return {
    reserved: of('reserved').map(({ user_id }) => user_id),
    queued: of('queued').sort((a, b) => (a.position as number) - (b.position as number)),
  };
}

export function users(count: number, name = 'passenger'): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index + 1}`);
}
