import type { Hall } from './hall.ts';
import type { SeatMarks } from './seat-status.ts';
import { useSeatWords } from './use-seat-words.ts';

interface SeatTipProps {
  readonly hall: Hall;
  readonly marks: SeatMarks;
  readonly seat: number;
  /** Of the pointer, in CSS pixels from the map's corner. */
  readonly x: number;
  readonly y: number;
}

/** What the seat under the pointer is. Decoration: the list says the same to everybody. */
export function SeatTip({ hall, marks, seat, x, y }: SeatTipProps) {
  const words = useSeatWords(hall, marks);
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-0 left-0 max-w-60 rounded-lg bg-ink px-3 py-2 text-paper text-sm shadow-lg"
      style={{
        transform: `translate(clamp(0px, ${x}px - 50%, 100cqw - 100%), ${y > 90 ? y - 14 : y + 22}px) translateY(${y > 90 ? '-100%' : '0'})`,
      }}
    >
      {words.describe(seat)}
    </div>
  );
}
