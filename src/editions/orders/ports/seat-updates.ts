import type { StreamSocket } from '../../../http/streams/stream-socket.ts';

/** The live state of an event's seats. Frames come in the words of `stream-wire.ts`. */
export interface SeatUpdateStreams {
  /** Whether there is such an event; to be asked before it is watched. */
  exists(eventId: number): Promise<boolean>;
  /** Where the seats stand in their history. */
  pointOf(eventId: number): { epoch: number; version: number } | undefined;
  /** Sends every change, after those since the point that is named. The result ends it. */
  watch(
    eventId: number,
    socket: StreamSocket,
    since: { epoch: number; version: number } | undefined,
  ): () => void;
}
