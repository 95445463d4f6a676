import { openAsBuyer } from '../../lib/api/stream-pass.ts';
import type { WaitlistView } from '../../lib/api/waitlist.ts';

const AGAIN_AFTER_MS = 20_000;

/** The buyer's place, live. The browser connects again by itself, but not after a refusal: then it is tried anew. */
export function openPlaceStream(
  eventId: number,
  userId: string,
  onPlace: (place: WaitlistView) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let close = openAsBuyer(userId, open, tryLater);
  return () => {
    clearTimeout(timer);
    close();
  };

  function tryLater(): void {
    timer = setTimeout(() => {
      close = openAsBuyer(userId, open, tryLater);
    }, AGAIN_AFTER_MS);
  }

  function open(query: URLSearchParams): () => void {
    const opened = new EventSource(`/api/v1/events/${eventId}/waitlist/events?${query}`);
    opened.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as { type?: string; data: WaitlistView };
      if (frame.type === 'waitlist_update') onPlace(frame.data);
    };
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) tryLater();
    };
    return () => opened.close();
  }
}
