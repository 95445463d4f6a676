import type { Box } from '../seat-grid.ts';

/** Hall point (x, y) is shown at (x * scale + left, y * scale + top), in CSS pixels of a canvas of this size. */
export interface HallView {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** Below this many pixels a seat, the hall is an overview. */
export const OVERVIEW_BELOW = 6;
/** From this many on, seats are drawn one by one and can be pressed; below, they are dots. */
export const SEATS_FROM = 10;
/** From this many on, seats show their numbers. */
export const NUMBERS_FROM = 22;

export const FONT = 'system-ui, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif';

/** From here on, draw in CSS pixels of the canvas. */
export function inScreenUnits(context: CanvasRenderingContext2D, { ratio }: HallView): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** From here on, draw in the hall's own units. */
export function inHallUnits(context: CanvasRenderingContext2D, { ratio, scale, left, top }: HallView): void {
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
}

/** The part of the hall that is in view. */
export function visibleBox({ scale, left, top, width, height }: HallView): Box {
  return {
    left: -left / scale,
    top: -top / scale,
    right: (width - left) / scale,
    bottom: (height - top) / scale,
  };
}
