import { useTranslation } from 'react-i18next';
import { formatMoney } from '../../lib/format.ts';
import type { Hall } from './hall.ts';
import { seatId, seatLine } from './hall-seat.ts';
import { lookName, lookOf, type SeatMarks } from './seat-status.ts';

const SEAT_TYPES = ['REGULAR', 'VIP', 'PREMIUM'] as const;

/** How seats are spoken of, in the page's language. */
export function useSeatWords(hall: Hall, marks: SeatMarks) {
  const { t, i18n } = useTranslation();
  const typeWord = (seatType: string) => {
    const known = SEAT_TYPES.find((type) => type === seatType);
    return known ? t(`map.type.${known}`) : seatType;
  };
  return {
    typeWord,
    lookOfSeat: (seat: number) => lookName(lookOf(hall.status[seat] ?? 0, seatId(hall, seat), marks)),
    describe(seat: number): string {
      const { label, seatType, price } = seatLine(hall, seat);
      return t('list.seat', {
        label,
        type: typeWord(seatType),
        price: formatMoney(price, { currency: hall.currency, language: i18n.language }),
        status: t(`map.look.${this.lookOfSeat(seat)}`),
      });
    },
  };
}
