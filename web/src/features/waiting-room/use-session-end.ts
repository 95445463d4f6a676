import { useEffect } from 'react';
import { ApiError } from '../../lib/api/api-error.ts';
import { lookAtLine } from '../../lib/api/waiting-room.ts';
import { endSaleSession, keepSaleSession, useSaleSession } from '../../lib/sale-session.ts';
import { parseServerTime, serverNow } from '../../lib/server-clock.ts';

const GRACE_MS = 1_000;

/**
 * Every request of the sale makes the session longer, which only the server knows: when the session should be over, it
 * is asked.
 */
export function useSessionEnd(eventId: number): void {
  const session = useSaleSession(eventId);
  const endsAt = session?.state === 'inside' ? session.endsAt : undefined;
  useEffect(() => {
    if (endsAt === undefined) return undefined;
    const timer = setTimeout(() => void ask(eventId), Math.max(0, endsAt - serverNow()) + GRACE_MS);
    return () => clearTimeout(timer);
  }, [eventId, endsAt]);
}

/** Without an answer nothing is known: the next request of the sale will tell. */
async function ask(eventId: number): Promise<void> {
  try {
    const { status, session, expires_at: endsAt } = await lookAtLine(eventId);
    if (status === 'ACTIVE' && session && endsAt) keepSaleSession(eventId, session, parseServerTime(endsAt));
    else endSaleSession(eventId, 'unused');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'NOT_IN_LINE') endSaleSession(eventId, 'unused');
  }
}
