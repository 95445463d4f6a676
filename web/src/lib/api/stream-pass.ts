import { useIdentity } from '../identity.ts';
import { knowsBuyersByToken } from '../settings.ts';
import { call } from './call.ts';

/**
 * Opens a stream as the buyer, with a query that says who he is: his name, or, where tokens say it, a ticket of one use,
 * since a token has no place in an address. Who is not signed in sees what everybody may see. `onRefused` is called when no
 * ticket could be had, and nothing follows. The result closes the stream.
 */
export function openAsBuyer(
  userId: string,
  open: (query: URLSearchParams) => () => void,
  onRefused: () => void,
): () => void {
  if (!knowsBuyersByToken()) return open(new URLSearchParams({ user_id: userId }));
  if (useIdentity.getState().token === undefined) return open(new URLSearchParams());
  const leaving = new AbortController();
  let close = () => leaving.abort();
  call<{ ticket: string }>('/api/v1/stream-tickets', { method: 'POST', signal: leaving.signal }).then(
    ({ ticket }) => {
      if (!leaving.signal.aborted) close = open(new URLSearchParams({ ticket }));
    },
    () => {
      if (!leaving.signal.aborted) onRefused();
    },
  );
  return () => close();
}
