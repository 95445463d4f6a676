import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isEmail } from '../../lib/api/bookings.ts';
import { mailsTickets } from '../../lib/settings.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';

interface BookFormProps {
  readonly isBusy: boolean;
  /** With an empty text when the buyer wants no mail. */
  readonly onBook: (email: string) => void;
}

/** The way from the hold to the payment and, in a shop that sends mail, where the tickets shall go. */
export function BookForm({ isBusy, onBook }: BookFormProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [isRefused, setRefused] = useState(false);
  const address = email.trim();
  const isWrong = address !== '' && !isEmail(address);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setRefused(isWrong);
    if (!isWrong) onBook(address);
  }

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {mailsTickets() && (
        <TextField
          label={t('hold.email')}
          type="email"
          autoComplete="email"
          value={email}
          onChange={setEmail}
          hint={isRefused && isWrong ? t('hold.emailWrong') : t('hold.emailHint')}
          isInvalid={isRefused && isWrong}
          maxLength={246}
        />
      )}
      <Button type="submit" data-step="book" disabled={isBusy}>
        {t('hold.pay')}
      </Button>
    </form>
  );
}
