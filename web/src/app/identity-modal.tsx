import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isUserId, setUserId } from '../lib/identity.ts';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';
import { TextField } from '../ui/text-field.tsx';

export function IdentityModal({
  userId,
  onClose,
}: {
  readonly userId: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(userId);
  const [isRefused, setRefused] = useState(false);

  function save(event: FormEvent): void {
    event.preventDefault();
    setRefused(!isUserId(name));
    if (!isUserId(name)) return;
    setUserId(name);
    onClose();
  }

  return (
    <Modal isOpen title={t('identity.title')} explanation={t('identity.explain')} onClose={onClose}>
      <form onSubmit={save} className="grid gap-4">
        <TextField
          label={t('identity.label')}
          value={name}
          onChange={setName}
          hint={t('identity.rule')}
          isInvalid={isRefused && !isUserId(name)}
          maxLength={50}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button kind="secondary" onClick={onClose}>
            {t('app.close')}
          </Button>
          <Button type="submit">{t('identity.save')}</Button>
        </div>
      </form>
    </Modal>
  );
}
