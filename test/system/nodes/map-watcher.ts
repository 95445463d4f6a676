import { clientOf } from '../client.ts';
import { openMapSocket, replayed, snapshotOf } from '../map-stream.ts';
import type { SiteNode } from './site.ts';

/** A client of a node that keeps an event's map from its snapshot on. */
export async function mapWatcher(node: SiteNode, eventId: number) {
  const map = await snapshotOf(clientOf(node), eventId);
  const path = `${node.url}/api/v1/ws/events/${eventId}/map`;
  const stream = await openMapSocket(path, `?since=${map.epoch}.${map.version}`);
  const isToldAnew = () => stream.frames.some(({ type }) => type === 'resync');
  /** The map as its client has it, who takes another snapshot when he is told to: news may be missed on the way. */
  const now = async () => replayed(isToldAnew() ? await snapshotOf(clientOf(node), eventId) : map, stream);
  return { map, stream, now };
}

export function sameSeats(left: ReadonlyMap<number, string>, right: ReadonlyMap<number, string>): boolean {
  return left.size === right.size && [...left].every(([seat, status]) => right.get(seat) === status);
}
