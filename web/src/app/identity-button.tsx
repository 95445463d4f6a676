import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIdentity } from '../lib/identity.ts';
import { knowsBuyersByToken } from '../lib/settings.ts';

const IdentityModal = lazy(async () =>
  knowsBuyersByToken()
    ? { default: (await import('./sign-in-modal.tsx')).SignInModal }
    : { default: (await import('./identity-modal.tsx')).IdentityModal },
);

/** Shows who is buying, and lets it be changed. */
export function IdentityButton() {
  const { t } = useTranslation();
  const userId = useIdentity((identity) => identity.userId);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="min-h-9 cursor-pointer text-ink-muted text-sm underline decoration-line-strong underline-offset-4 hover:text-ink"
        onClick={() => setOpen(true)}
      >
        {userId === '' ? t('signIn.button') : t('identity.button', { userId })}
      </button>
      <Suspense>{isOpen && <IdentityModal userId={userId} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
