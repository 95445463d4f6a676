import { type RefObject, useEffect, useRef } from 'react';
import { HallCamera } from './canvas/hall-camera.ts';
import { type HallOverlay, HallPainter } from './canvas/hall-painter.ts';
import { readHallTheme } from './canvas/hall-theme.ts';
import type { Hall } from './hall.ts';
import type { LiveHall } from './live-hall.ts';
import type { SeatMarks } from './seat-status.ts';
import { useColourScheme } from './use-colour-scheme.ts';

export interface HallStage {
  readonly painter: HallPainter;
  readonly camera: HallCamera;
  /** Draws with the next frame, once. */
  readonly redraw: () => void;
}

interface HallStageWish {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly hall: Hall;
  readonly onSeats: LiveHall['onSeats'];
  readonly marks: SeatMarks;
  readonly overlay: HallOverlay;
}

/** Keeps a painter and a camera at work on a canvas. React says what to show; frames are drawn without it. */
export function useHallStage({
  canvas,
  hall,
  onSeats,
  marks,
  overlay,
}: HallStageWish): RefObject<HallStage | null> {
  const stage = useRef<HallStage>(null);
  const shown = useRef(overlay);
  shown.current = overlay;
  const scheme = useColourScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another colour scheme needs another painter.
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const opened = openStage(element, hall, () => shown.current);
    stage.current = opened;
    const stopSeats = onSeats((seats) => {
      if (seats) opened.painter.touch(seats);
      opened.redraw();
    });
    return () => {
      stage.current = null;
      stopSeats();
      opened.close();
    };
  }, [canvas, hall, onSeats, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new painter does not know the marks yet.
  useEffect(() => {
    stage.current?.painter.setMarks(marks);
    stage.current?.redraw();
  }, [marks, hall, onSeats, scheme]);

  const { focused } = overlay;
  useEffect(() => {
    if (focused !== undefined)
      stage.current?.camera.reveal({ x: hall.x[focused] ?? 0, y: hall.y[focused] ?? 0 });
    stage.current?.redraw();
  }, [focused, hall]);
  return stage;
}

function openStage(
  canvas: HTMLCanvasElement,
  hall: Hall,
  overlay: () => HallOverlay,
): HallStage & { close(): void } {
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('this browser has no 2D canvas');
  const painter = new HallPainter(context, hall, readHallTheme(canvas));
  const { bounds, pitch } = painter.grid;
  let frame = 0;
  const redraw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const { k: scale, x: left, y: top } = camera.transform();
      const { clientWidth: width, clientHeight: height } = canvas;
      const ratio = canvas.width / Math.max(1, width);
      painter.draw({ scale, left, top, width, height, ratio }, overlay());
    });
  };
  const camera = new HallCamera(canvas, { bounds, pitch, onMove: redraw });
  const size = new ResizeObserver(() => {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    camera.resize({ width: canvas.clientWidth, height: canvas.clientHeight });
    redraw();
  });
  size.observe(canvas);
  return {
    painter,
    camera,
    redraw,
    close() {
      size.disconnect();
      camera.close();
      cancelAnimationFrame(frame);
    },
  };
}
