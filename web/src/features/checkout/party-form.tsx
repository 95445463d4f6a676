import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartyWish } from '../../lib/api/reservations.ts';
import { Button } from '../../ui/button.tsx';
import { NumberStepper } from '../../ui/number-stepper.tsx';
import { SelectField } from '../../ui/select-field.tsx';

interface PartyFormProps {
  readonly sections: readonly string[];
  readonly partySize: number;
  readonly most: number;
  readonly isBusy: boolean;
  readonly onPartySize: (size: number) => void;
  readonly onFind: (wish: PartyWish) => void;
}

const ANYWHERE = '';

/** The first question of a sale, and the quickest way through it. */
export function PartyForm({ sections, partySize, most, isBusy, onPartySize, onFind }: PartyFormProps) {
  const { t } = useTranslation();
  const [section, setSection] = useState(ANYWHERE);
  const named = sections.filter((name) => name !== '');

  function submit(event: FormEvent): void {
    event.preventDefault();
    onFind({ partySize, ...(section !== ANYWHERE && { section }) });
  }

  return (
    <form onSubmit={submit} className="grid gap-4 rounded-2xl border border-line bg-raised p-5">
      <h2 className="font-bold text-lg">{t('party.title')}</h2>
      <NumberStepper
        label={t('party.size')}
        value={partySize}
        least={1}
        most={most}
        fewer={t('party.fewer')}
        more={t('party.more')}
        onChange={onPartySize}
      />
      {named.length > 1 && (
        <SelectField
          label={t('party.where')}
          value={section}
          onChange={setSection}
          options={[
            { value: ANYWHERE, label: t('party.anywhere') },
            ...named.map((name) => ({ value: name, label: name })),
          ]}
        />
      )}
      <Button type="submit" data-step="find" disabled={isBusy}>
        {isBusy ? t('party.finding') : t('party.find')}
      </Button>
      <p className="text-ink-muted text-sm">{t('party.explain')}</p>
    </form>
  );
}
