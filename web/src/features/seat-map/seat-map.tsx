import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hall } from './hall.ts';
import type { LiveHall } from './live-hall.ts';
import { MapLegend } from './map-legend.tsx';
import { SeatCanvas } from './seat-canvas.tsx';
import { SeatList } from './seat-list.tsx';
import type { SeatMarks } from './seat-status.ts';

interface SeatMapProps {
  readonly hall: Hall;
  readonly revision: number;
  readonly onSeats: LiveHall['onSeats'];
  readonly marks: SeatMarks;
  /** A seat was pressed, by pointer or by key; whether it can be chosen is for the caller to say. */
  readonly onSeat: (seat: number) => void;
}

/** The picture and the list of one hall, always in step. */
export function SeatMap({ hall, revision, onSeats, marks, onSeat }: SeatMapProps) {
  const { t } = useTranslation();
  const [focused, setFocused] = useState<number>();
  const [shown, setShown] = useState<number>();
  return (
    <div className="grid gap-6">
      <section aria-label={t('map.title')} className="grid gap-3">
        <SeatCanvas
          hall={hall}
          onSeats={onSeats}
          marks={marks}
          focused={focused}
          onSeat={(seat) => {
            setShown(seat);
            onSeat(seat);
          }}
        />
        <MapLegend hall={hall} />
      </section>
      <SeatList
        hall={hall}
        revision={revision}
        marks={marks}
        shown={shown}
        onSeat={onSeat}
        onFocus={setFocused}
      />
    </div>
  );
}
