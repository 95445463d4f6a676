import { create } from 'zustand';
import { useIdentity } from './identity.ts';

/**
 * What let the buyer into one sale with a waiting room. It is over when the server refuses it (`refused`: the buyer is
 * here and wants something), or when it has run out (`unused`: perhaps nobody is here).
 */
export type SaleSession =
  | { readonly state: 'inside'; readonly token: string; readonly endsAt: number }
  | { readonly state: 'over'; readonly why: 'refused' | 'unused' };

interface SaleSessions {
  readonly known: Readonly<Record<string, SaleSession>>;
}

const useSaleSessions = create<SaleSessions>()(() => ({ known: {} }));

function keyOf(eventId: number, userId = useIdentity.getState().userId): string {
  return `${eventId} ${userId}`;
}

function keep(eventId: number, session: SaleSession | undefined): void {
  const key = keyOf(eventId);
  useSaleSessions.setState(({ known: { [key]: _, ...others } }) => ({
    known: session ? { ...others, [key]: session } : others,
  }));
}

/**
 * The waiting room let the buyer in. The server's cookie does the same for one sale at a time and outlives this page; the
 * header, made of this, lets two sales stand open side by side.
 * @param endsAt milliseconds since 1970 by the server's clock, unless the session is used before
 */
export function keepSaleSession(eventId: number, token: string, endsAt: number): void {
  keep(eventId, { state: 'inside', token, endsAt });
}

export function endSaleSession(eventId: number, why: 'refused' | 'unused'): void {
  keep(eventId, { state: 'over', why });
}

/** The sale has no waiting room any more. */
export function forgetSaleSession(eventId: number): void {
  keep(eventId, undefined);
}

/** What a request that takes part in the sale carries. */
export function saleSessionToken(eventId: number): string | undefined {
  const session = useSaleSessions.getState().known[keyOf(eventId)];
  return session?.state === 'inside' ? session.token : undefined;
}

export function useSaleSession(eventId: number): SaleSession | undefined {
  const userId = useIdentity((identity) => identity.userId);
  return useSaleSessions(({ known }) => known[keyOf(eventId, userId)]);
}
