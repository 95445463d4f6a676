import type { MapFrame } from '../../../../src/contract/seat-map.ts';
import { openAsBuyer } from '../../lib/api/stream-pass.ts';
import type { OpenStream, StreamHandlers } from './open-stream.ts';

export function streamsOf(eventId: number, userId: string): OpenStream {
  return ({ kind, since }, handlers) => {
    const open = (query: URLSearchParams) => {
      query.set('since', since);
      return kind === 'websocket'
        ? openSocket(`/api/v1/ws/events/${eventId}/map?${query}`, handlers)
        : openEvents(`/api/v1/events/${eventId}/map/events?${query}`, handlers);
    };
    return openAsBuyer(userId, open, handlers.onClose);
  };
}

function openSocket(path: string, { onOpen, onFrame, onClose }: StreamHandlers): () => void {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  socket.onopen = onOpen;
  socket.onmessage = ({ data }) => readFrame(data, onFrame);
  socket.onclose = onClose;
  return () => {
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  };
}

function openEvents(path: string, { onOpen, onFrame, onClose }: StreamHandlers): () => void {
  const source = new EventSource(path);
  source.onopen = onOpen;
  source.onmessage = ({ data }) => readFrame(data, onFrame);
  // Reconnecting is decided in one place, live-hall.ts, so the browser's own is not used.
  source.onerror = () => {
    source.close();
    onClose();
  };
  return () => source.close();
}

/** What is not a frame we know is left alone: a newer server may say more. */
function readFrame(data: unknown, onFrame: (frame: MapFrame) => void): void {
  if (typeof data !== 'string') return;
  try {
    const frame = JSON.parse(data) as MapFrame | null;
    if (frame?.type === 'patch' || frame?.type === 'resync' || frame?.type === 'presence') onFrame(frame);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
