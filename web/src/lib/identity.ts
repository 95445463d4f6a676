import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { keepToken, type SignedIn, signedInBy, tokenOfTab } from './bearer-token.ts';
import { knowsBuyersByToken } from './settings.ts';

const STORAGE_KEY = 'onrush.identity';

/** What may stand in the X-User-ID header and in a body's user_id (1 to 50 characters). */
const USER_ID = /^[A-Za-z0-9._@+-]{1,50}$/;
/** A token's user is called as his issuer wants it; a body's user_id takes as many characters. */
const USER_OF_TOKEN = /^\S{1,50}$/;

interface Identity {
  /** Empty while nobody is signed in. */
  readonly userId: string;
  /** Where tokens say who is who. */
  readonly token: string | undefined;
}

const NOBODY: Identity = { userId: '', token: undefined };

/** Whether somebody can be called so here. */
export function isUserId(text: string): boolean {
  return (knowsBuyersByToken() ? USER_OF_TOKEN : USER_ID).test(text);
}

/** Who is buying. By name it is kept in this browser, and header mode trusts it, as the operator chose; by token in this tab. */
export const useIdentity = knowsBuyersByToken() ? byToken() : byName();

/** In header mode. */
export function setUserId(userId: string): void {
  if (isUserId(userId)) useIdentity.setState({ userId });
}

/** Where tokens say who is who: false when this one says nothing, or is over. */
export function signIn(token: string): boolean {
  const signedIn = signedInBy(token.trim(), Date.now());
  if (signedIn) become(signedIn);
  return signedIn !== undefined;
}

export function signOut(): void {
  become(NOBODY);
}

function become(identity: Identity | SignedIn): void {
  keepToken(identity.token);
  useIdentity.setState(identity);
}

function byToken() {
  const token = tokenOfTab();
  const signedIn = token === undefined ? undefined : signedInBy(token, Date.now());
  keepToken(signedIn?.token);
  return create<Identity>()(() => signedIn ?? NOBODY);
}

function byName() {
  const newGuest = () => ({ ...NOBODY, userId: `guest-${crypto.randomUUID().slice(0, 8)}` });
  const store = create<Identity>()(persist(newGuest, { name: STORAGE_KEY }));
  // A generated id must be kept at once, not only when it is first changed: the next tab is the same buyer.
  store.setState((state) => ({ ...state }));
  window.addEventListener('storage', (event) => {
    if (event.key === STORAGE_KEY) void store.persist.rehydrate();
  });
  return store;
}
