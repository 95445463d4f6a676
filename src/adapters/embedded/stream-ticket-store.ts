import type { Clock, Millis } from '../../core/clock.ts';
import type {
  Principal,
  StreamTicketLimits,
  StreamTicketStore,
} from '../../http/ports/stream-ticket-store.ts';

/** Of the one process there is. */
export function embeddedStreamTicketStore({
  clock,
  limits,
}: {
  clock: Clock;
  limits: StreamTicketLimits;
}): StreamTicketStore {
  /** In the order of keeping, which is the order of their ends. */
  const waiting = new Map<string, { principal: Principal; endsAt: Millis }>();
  const dropOver = (now: Millis) => {
    for (const [ticket, { endsAt }] of waiting) {
      if (endsAt > now) return;
      waiting.delete(ticket);
    }
  };
  return {
    async keep(ticket, principal) {
      const now = clock.now();
      dropOver(now);
      if (waiting.size >= limits.waitingMax) return undefined;
      const endsAt = now + limits.lifetimeMillis;
      waiting.set(ticket, { principal, endsAt });
      return endsAt;
    },
    async take(ticket) {
      const found = waiting.get(ticket);
      waiting.delete(ticket);
      return found && found.endsAt > clock.now() ? found.principal : undefined;
    },
  };
}
