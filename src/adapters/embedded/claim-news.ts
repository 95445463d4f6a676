import type { ClaimNews } from '../../reservation/ports/claim-news.ts';

/** There is no other node. */
export function embeddedClaimNews(): ClaimNews {
  return { moved: () => undefined, reloaded: () => undefined, listen: () => () => undefined };
}
