import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hall } from '../../features/seat-map/hall.ts';
import { seatId, seatIndex, seatLabel, seatLine } from '../../features/seat-map/hall-seat.ts';
import { lookName, lookOf, type SeatMarks } from '../../features/seat-map/seat-status.ts';
import { announce } from '../../lib/announce.ts';
import { useChoiceStore } from './choice-store.ts';

const NOTHING: readonly number[] = [];

interface ChoiceWish {
  readonly eventId: number;
  readonly hall: Hall | undefined;
  readonly own: ReadonlySet<number>;
  /** How many seats the buyer may still choose. */
  readonly most: number;
}

/** Seats chosen by hand: what is chosen, and what pressing a seat does. Every change is announced. */
export function useChoice({ eventId, hall, own, most }: ChoiceWish) {
  const { t } = useTranslation();
  const seatIds = useChoiceStore(({ chosen }) => chosen[eventId] ?? NOTHING);
  const choose = useChoiceStore((store) => store.choose);
  const marks: SeatMarks = useMemo(() => ({ chosen: new Set(seatIds), own }), [seatIds, own]);
  const seats = hall ? seatIds.flatMap((id) => seatIndex(hall, id) ?? []) : [];

  function remove(id: number): void {
    const left = seatIds.filter((other) => other !== id);
    choose(eventId, left);
    announce(t('choice.removed', { label: labelOf(id), count: left.length }));
  }

  function labelOf(id: number): string {
    const seat = hall && seatIndex(hall, id);
    return hall && seat !== undefined ? seatLabel(hall, seat) : String(id);
  }

  /** Chooses a free seat, lets a chosen one go, and says why it does neither. */
  function press(seat: number): void {
    if (!hall) return;
    const id = seatId(hall, seat);
    const label = seatLabel(hall, seat);
    const look = lookName(lookOf(hall.status[seat] ?? 0, id, marks));
    if (look === 'chosen') remove(id);
    else if (look !== 'AVAILABLE')
      announce(t('choice.unavailable', { label, status: t(`map.look.${look}`) }));
    else if (seatIds.length >= most) announce(t('choice.limit', { count: most }));
    else add(id, label);
  }

  function add(id: number, label: string): void {
    choose(eventId, [...seatIds, id]);
    announce(t('choice.chosen', { label, count: seatIds.length + 1 }));
  }

  return {
    marks,
    seatIds,
    lines: hall ? seats.map((seat) => seatLine(hall, seat)) : [],
    press,
    remove,
    replace: (next: readonly number[]) => choose(eventId, next),
  };
}
