import type { HoldHistory } from '../../../reservation/ports/hold-history.ts';
import type { RedisSeatStore } from './seat-store.ts';

/**
 * The ledger's history for seats that are decided in Redis: every reading first waits until the ledger has followed, so
 * that it sees everything that was acknowledged before.
 */
export function followedHoldHistory(
  history: HoldHistory,
  seatStore: Pick<RedisSeatStore, 'settled' | 'eventOfHold'>,
): HoldHistory {
  return {
    async hold(holdId) {
      const eventId = await seatStore.eventOfHold(holdId);
      if (eventId === undefined) return undefined;
      await seatStore.settled(eventId);
      return history.hold(holdId);
    },
    async known(eventId, holdIds) {
      await seatStore.settled(eventId);
      return history.known(eventId, holdIds);
    },
    async holdsOf(userId, filter) {
      await seatStore.settled(filter.eventId);
      return history.holdsOf(userId, filter);
    },
    async claimsOf(userId, eventIds, now) {
      await Promise.all(eventIds.map((eventId) => seatStore.settled(eventId)));
      return history.claimsOf(userId, eventIds, now);
    },
    async beingPaid() {
      await seatStore.settled();
      return history.beingPaid();
    },
    async seatHistory(eventId, seatId, limit) {
      await seatStore.settled(eventId);
      return history.seatHistory(eventId, seatId, limit);
    },
  };
}
