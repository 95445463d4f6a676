import type { WaitlistView } from '../../lib/api/waitlist.ts';

const AGAIN_AFTER_MS = 20_000;

/** The buyer's place, live. The browser connects again by itself, but not after a refusal: then it is tried anew. */
export function openPlaceStream(
  eventId: number,
  userId: string,
  onPlace: (place: WaitlistView) => void,
): () => void {
  const query = new URLSearchParams({ user_id: userId });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source = open();
  return () => {
    clearTimeout(timer);
    source.close();
  };

  function open(): EventSource {
    const opened = new EventSource(`/api/v1/events/${eventId}/waitlist/events?${query}`);
    opened.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as { type?: string; data: WaitlistView };
      if (frame.type === 'waitlist_update') onPlace(frame.data);
    };
    opened.onerror = () => {
      if (opened.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => {
        source = open();
      }, AGAIN_AFTER_MS);
    };
    return opened;
  }
}
