import { Audience } from '../core/audience.ts';
import type { BuyerEvent } from './ports/buyer-news.ts';

/** The channels that buyers of this node have open: each is told what happens to its buyer, and to nobody else. */
export class BuyerChannels {
  readonly #open = new Audience<string, (event: BuyerEvent) => void>();

  /** The result closes it. */
  open(userId: string, hear: (event: BuyerEvent) => void): () => void {
    return this.#open.join(userId, hear);
  }

  happened(event: BuyerEvent): void {
    for (const hear of this.#open.of(event.userId)) hear(event);
  }
}
