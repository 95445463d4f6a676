import { create } from 'zustand';
import { persist } from 'zustand/middleware';

const STORAGE_KEY = 'onrush.identity';

/** What may stand in the X-User-ID header and in a body's user_id (1 to 50 characters). */
const USER_ID = /^[A-Za-z0-9._@+-]{1,50}$/;

interface Identity {
  readonly userId: string;
  setUserId(userId: string): void;
}

export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}

function newGuest(): string {
  return `guest-${crypto.randomUUID().slice(0, 8)}`;
}

/** Who is buying. Kept in this browser; header mode trusts it, as the operator chose. */
export const useIdentity = create<Identity>()(
  persist(
    (set) => ({
      userId: newGuest(),
      setUserId: (userId) => {
        if (isUserId(userId)) set({ userId });
      },
    }),
    { name: STORAGE_KEY },
  ),
);

// A generated id must be kept at once, not only when it is first changed: the next tab is the same buyer.
useIdentity.setState((state) => ({ ...state }));

window.addEventListener('storage', (event) => {
  if (event.key === STORAGE_KEY) void useIdentity.persist.rehydrate();
});
