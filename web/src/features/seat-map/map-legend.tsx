import { useTranslation } from 'react-i18next';
import { formatMoney } from '../../lib/format.ts';
import { TIER_COLOURS } from './canvas/hall-theme.ts';
import type { Hall } from './hall.ts';
import { priceTiers } from './price-tiers.ts';
import { SeatMarkIcon } from './seat-mark-icon.tsx';
import { useSeatWords } from './use-seat-words.ts';

const LEGEND = ['RESERVED', 'BOOKED', 'BLOCKED', 'chosen', 'own'] as const;
const NO_MARKS = { chosen: new Set<number>(), own: new Set<number>() };

export function MapLegend({ hall }: { readonly hall: Hall }) {
  const { t, i18n } = useTranslation();
  const { typeWord } = useSeatWords(hall, NO_MARKS);
  return (
    <ul aria-label={t('map.legend')} className="flex flex-wrap gap-x-5 gap-y-1.5 text-ink-muted text-sm">
      {priceTiers(hall).tiers.map(({ seatType, price }, tier) => (
        <li key={`${seatType} ${price}`} className="flex items-center gap-1.5">
          <SeatMarkIcon look="AVAILABLE" tier={tier % TIER_COLOURS} />
          {t('map.tier', {
            type: typeWord(seatType),
            price: formatMoney(price, { currency: hall.currency, language: i18n.language }),
          })}
        </li>
      ))}
      {LEGEND.map((look) => (
        <li key={look} className="flex items-center gap-1.5">
          <SeatMarkIcon look={look} />
          {t(`map.look.${look}`)}
        </li>
      ))}
    </ul>
  );
}
