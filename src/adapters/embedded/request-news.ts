import type { RequestNews, RequestNewsListener } from '../../request-queue/ports/request-news.ts';

/** In process: whoever listens is called. */
export function embeddedRequestNews(): RequestNews {
  const listeners: RequestNewsListener[] = [];
  return {
    changed(requests) {
      for (const listener of listeners) for (const request of requests) listener.changed(request);
    },
    listen: (listener) => void listeners.push(listener),
  };
}
