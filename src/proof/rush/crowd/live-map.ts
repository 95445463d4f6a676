import { WebSocket } from 'ws';
import type { MapFrame, SeatMap } from '../../../contract/seat-map.ts';
import { RushRefused } from '../options.ts';
import { isLost, type Wire } from '../wire.ts';
import { type Hall, openHall } from './hall.ts';

/** A hall that keeps itself up to date over the live map's WebSocket. */
export interface LiveMap {
  hall(): Hall;
  close(): void;
}

const RECONNECT_MILLIS = 250;

/** Takes a snapshot, follows the stream, and takes a new one after a gap, a resync or a broken connection. */
export async function followMap(options: {
  url: string;
  eventId: number;
  wire: Wire;
  userId: string;
}): Promise<LiveMap> {
  let hall = await takeSnapshot(options);
  let socket: WebSocket | undefined;
  let closed = false;

  const again = () => {
    if (closed) return;
    setTimeout(async () => {
      hall = await takeSnapshot(options).catch(() => hall);
      connect();
    }, RECONNECT_MILLIS);
  };
  const connect = () => {
    if (closed) return;
    socket = openMapSocket({ ...options, since: hall.since() });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as MapFrame;
      if (frame.type === 'presence') return;
      if (frame.type === 'resync' || !hall.apply(frame)) socket?.close();
    });
    socket.on('error', () => socket?.terminate());
    socket.on('close', again);
  };
  connect();
  return {
    hall: () => hall,
    close() {
      closed = true;
      socket?.terminate();
    },
  };
}

export function openMapSocket(options: {
  url: string;
  eventId: number;
  userId: string;
  since: string;
}): WebSocket {
  const address = new URL(`/api/v1/ws/events/${options.eventId}/map`, options.url);
  address.protocol = 'ws:';
  address.searchParams.set('user_id', options.userId);
  address.searchParams.set('since', options.since);
  return new WebSocket(address, { perMessageDeflate: false, handshakeTimeout: 10_000 });
}

async function takeSnapshot(options: { wire: Wire; eventId: number; userId: string }): Promise<Hall> {
  const reply = await options.wire.send({
    method: 'GET',
    path: `/api/v1/events/${options.eventId}/map`,
    userId: options.userId,
  });
  if (isLost(reply) || reply.status !== 200) {
    throw new RushRefused(
      `The seat map of event ${options.eventId} cannot be read: ${isLost(reply) ? reply.lost : reply.body}`,
    );
  }
  return openHall(JSON.parse(reply.body) as SeatMap);
}
