const KEPT_AS = 'onrush.token';
const SIGNING_IN = 'onrush.signing-in';
const LONGEST = 4_096;

export interface SignedIn {
  readonly userId: string;
  readonly token: string;
}

/** Whom a token names, as it says itself: whether that is true, the server alone can tell. Undefined when it is over, or none. */
export function signedInBy(token: string, nowMs: number): SignedIn | undefined {
  const [, payload = ''] = token.length > LONGEST ? [] : token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const { sub, exp } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; exp?: unknown };
    const isOver = typeof exp === 'number' && exp * 1_000 <= nowMs;
    return typeof sub === 'string' && sub !== '' && !isOver ? { userId: sub, token } : undefined;
  } catch {
    return undefined;
  }
}

/** The buyer leaves for the page where he signs in: only who left may come back with a token. */
export function beginSignIn(): void {
  sessionStorage.setItem(SIGNING_IN, 'yes');
}

/**
 * The token that this tab was given: just now, behind the # of the address, which no server is sent and which is cleared at
 * once, or before. One that comes without anybody having asked for it here is not taken: it may be somebody else's.
 */
export function tokenOfTab(): string | undefined {
  const fields = new URLSearchParams(location.hash.slice(1));
  const given = fields.get('token') ?? fields.get('access_token');
  if (given === null) return sessionStorage.getItem(KEPT_AS) ?? undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  const isExpected = sessionStorage.getItem(SIGNING_IN) !== null;
  sessionStorage.removeItem(SIGNING_IN);
  return isExpected ? given : (sessionStorage.getItem(KEPT_AS) ?? undefined);
}

/** Kept until the tab is closed; undefined forgets it. */
export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEPT_AS);
  else sessionStorage.setItem(KEPT_AS, token);
}
