import { type MouseEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../lib/format.ts';
import { SEATS_FROM } from './canvas/hall-view.ts';
import type { Hall } from './hall.ts';
import type { LiveHall } from './live-hall.ts';
import { MapButtons } from './map-buttons.tsx';
import { seatAt } from './seat-grid.ts';
import type { SeatMarks } from './seat-status.ts';
import { SeatTip } from './seat-tip.tsx';
import { type HallStage, useHallStage } from './use-hall-stage.ts';

/** A press on the overview shows this many seats to each side. */
const CLOSE_UP = 9;

interface SeatCanvasProps {
  readonly hall: Hall;
  readonly onSeats: LiveHall['onSeats'];
  readonly marks: SeatMarks;
  /** The seat that has the keyboard's focus in the list. */
  readonly focused: number | undefined;
  readonly onSeat: (seat: number) => void;
}

/** The picture of the hall. Everything it does can also be done in the list beside it. */
export function SeatCanvas({ hall, onSeats, marks, focused, onSeat }: SeatCanvasProps) {
  const { t, i18n } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hovered, setHovered] = useState<{ seat: number; x: number; y: number }>();
  const stage = useHallStage({ canvas, hall, onSeats, marks, overlay: { focused, words: nameSection } });

  function nameSection(section: number) {
    const free = formatCount(hall.freeInSection[section] ?? 0, i18n.language);
    return { name: hall.sections[section] || t('map.unnamedSection'), note: t('map.freeIn', { free }) };
  }

  function press(event: MouseEvent): void {
    if (!stage.current) return;
    const point = hallPoint(stage.current, event);
    const seat = seatAt(hall, stage.current.painter.grid, point);
    if (!canTellSeats(stage.current)) showCloseUp(stage.current, point);
    else if (seat !== undefined) onSeat(seat);
  }

  function hover(event: PointerEvent): void {
    if (!stage.current || event.pointerType !== 'mouse') return;
    const seat = canTellSeats(stage.current)
      ? seatAt(hall, stage.current.painter.grid, hallPoint(stage.current, event))
      : undefined;
    const { offsetX: x, offsetY: y } = event.nativeEvent;
    setHovered(seat === undefined ? undefined : { seat, x, y });
  }

  return (
    <div className="overflow-hidden rounded-xl border border-line">
      <div className="@container relative h-[min(60vh,34rem)] min-h-72 overflow-hidden bg-hall-floor">
        <canvas
          ref={canvas}
          role="img"
          aria-label={t('map.picture', { count: hall.count })}
          className={`h-full w-full touch-none ${hovered ? 'cursor-pointer' : 'cursor-grab active:cursor-grabbing'}`}
          onClick={press}
          onPointerMove={hover}
          onPointerLeave={() => setHovered(undefined)}
        />
        {hovered && <SeatTip hall={hall} marks={marks} {...hovered} />}
      </div>
      <MapButtons camera={() => stage.current?.camera} />
    </div>
  );
}

function hallPoint({ camera }: HallStage, { nativeEvent }: MouseEvent): { x: number; y: number } {
  const [x, y] = camera.transform().invert([nativeEvent.offsetX, nativeEvent.offsetY]);
  return { x, y };
}

function canTellSeats({ painter, camera }: HallStage): boolean {
  return painter.grid.pitch * camera.transform().k >= SEATS_FROM;
}

function showCloseUp({ painter, camera }: HallStage, { x, y }: { x: number; y: number }): void {
  const reach = painter.grid.pitch * CLOSE_UP;
  camera.show({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach });
}
