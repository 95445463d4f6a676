import type { BuyerEvent, BuyerNews } from '../../realtime/ports/buyer-news.ts';

/** In process: whoever listens is called. */
export function embeddedBuyerNews(): BuyerNews {
  const listeners: ((event: BuyerEvent) => void)[] = [];
  return {
    happened(event) {
      for (const hear of listeners) hear(event);
    },
    listen: (hear) => void listeners.push(hear),
  };
}
