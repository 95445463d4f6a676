import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginSignIn } from '../lib/bearer-token.ts';
import { signIn, signOut } from '../lib/identity.ts';
import { signInAddress } from '../lib/settings.ts';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';
import { TextField } from '../ui/text-field.tsx';

interface SignInModalProps {
  /** Empty when nobody is signed in. */
  readonly userId: string;
  readonly onClose: () => void;
}

/** Where tokens say who is who: the way to the page that gives one, and a field for one that the buyer was given. */
export function SignInModal({ userId, onClose }: SignInModalProps) {
  const { t } = useTranslation();
  return (
    <Modal isOpen title={t('signIn.title')} explanation={t('signIn.explain')} onClose={onClose}>
      {userId === '' ? <SignInWays onClose={onClose} /> : <SignedIn userId={userId} onClose={onClose} />}
    </Modal>
  );
}

function SignedIn({ userId, onClose }: SignInModalProps) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-4">
      <p>{t('identity.button', { userId })}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button kind="secondary" onClick={onClose}>
          {t('app.close')}
        </Button>
        <Button onClick={signOut}>{t('signIn.out')}</Button>
      </div>
    </div>
  );
}

function SignInWays({ onClose }: Pick<SignInModalProps, 'onClose'>) {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const [isRefused, setRefused] = useState(false);
  const address = signInAddress(location.href);

  function leave(): void {
    beginSignIn();
    location.assign(address ?? '/');
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    const isGood = signIn(token);
    setRefused(!isGood);
    if (isGood) onClose();
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {address !== undefined && <Button onClick={leave}>{t('signIn.go')}</Button>}
      <TextField
        label={t('signIn.token')}
        value={token}
        onChange={setToken}
        hint={isRefused ? t('signIn.tokenWrong') : t('signIn.tokenHint')}
        isInvalid={isRefused}
        maxLength={4_096}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button kind="secondary" onClick={onClose}>
          {t('app.close')}
        </Button>
        <Button kind={address === undefined ? 'primary' : 'secondary'} type="submit">
          {t('signIn.save')}
        </Button>
      </div>
    </form>
  );
}
