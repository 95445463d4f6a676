import type { LineFrame } from '../../../../src/contract/waiting-room.ts';
import { openAsBuyer } from '../../lib/api/stream-pass.ts';
import type { LineStreamHandlers } from './line-world.ts';

const FRAMES = ['INIT', 'RANK_UPDATE', 'SERVING', 'ACTIVE', 'KEEPALIVE'] as const;

/** The place as server-sent events. Connecting again is decided in line-watch.ts, so the browser's own is not used. */
export function openLineStream(
  eventId: number,
  userId: string,
  { onFrame, onClose }: LineStreamHandlers,
): () => void {
  const open = (query: URLSearchParams) => openEvents(eventId, query, { onFrame, onClose });
  return openAsBuyer(userId, open, onClose);
}

function openEvents(
  eventId: number,
  query: URLSearchParams,
  { onFrame, onClose }: LineStreamHandlers,
): () => void {
  const source = new EventSource(`/api/v1/events/${eventId}/waiting-room/events?${query}`);
  for (const name of FRAMES) {
    source.addEventListener(name, ({ data }) => onFrame(JSON.parse(data) as LineFrame));
  }
  source.onerror = () => {
    source.close();
    onClose();
  };
  return () => source.close();
}
