import type { AccountService } from '../account/service.ts';
import { isAtLeast, type Tier } from '../account/user.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Clock } from '../core/clock.ts';
import type { Buyers } from '../reservation/ports/buyers.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';

export interface SeriesBuyersNeeds {
  accounts: Pick<AccountService, 'tierOf'>;
  catalog: Pick<CatalogService, 'all'>;
  history: Pick<HoldHistory, 'claimsOf'>;
  clock: Clock;
}

/** The sale asks the accounts for a buyer's tier, and the history for what he has in all events of a series. */
export function seriesBuyers({ accounts, catalog, history, clock }: SeriesBuyersNeeds): Buyers {
  return {
    async hasTier(userId, minimumTier) {
      return isAtLeast(await accounts.tierOf(userId), minimumTier as Tier);
    },
    async claimsIn(seriesId, userId, eventId) {
      const eventIds = [...catalog.all()].flatMap((event) =>
        event.seriesId === seriesId ? [event.eventId] : [],
      );
      const claims = { soldHere: 0, here: 0, elsewhere: 0 };
      for (const { live, sold, ...of } of await history.claimsOf(userId, eventIds, clock.now())) {
        if (of.eventId !== eventId) claims.elsewhere += live + sold;
        else {
          claims.soldHere = sold;
          claims.here = live + sold;
        }
      }
      return claims;
    },
  };
}
