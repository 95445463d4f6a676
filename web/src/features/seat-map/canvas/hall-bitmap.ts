import type { Hall } from '../hall.ts';
import type { Box, SeatGrid } from '../seat-grid.ts';
import { CHOSEN, FREE, HELD, OWN, SOLD } from '../seat-status.ts';
import type { HallTheme } from './hall-theme.ts';
import { type HallView, inHallUnits } from './hall-view.ts';
import { tierColour } from './seat-mark.ts';

const PIXELS_PER_PITCH = 6;
const SIDE_MOST = 3_000;

interface BitmapWish {
  readonly hall: Hall;
  readonly grid: SeatGrid;
  readonly theme: HallTheme;
  readonly looks: Uint8Array;
  readonly tiers: Uint8Array;
}

/** The hall from afar, as one picture of dots: panning copies it, a change repaints only its seats. */
export class HallBitmap {
  readonly #wish: BitmapWish;
  readonly #picture = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  /** The part of the hall in the picture, and the picture's pixels per unit of the hall. */
  readonly #box: Box;
  readonly #scale: number;
  /** The pixels of a seat's place. */
  readonly #place: number;

  constructor(wish: BitmapWish) {
    const { bounds, pitch } = wish.grid;
    const context = this.#picture.getContext('2d');
    if (!context) throw new Error('this browser has no 2D canvas');
    this.#context = context;
    this.#wish = wish;
    this.#box = {
      left: bounds.left - pitch,
      top: bounds.top - pitch,
      right: bounds.right + pitch,
      bottom: bounds.bottom + pitch,
    };
    const width = this.#box.right - this.#box.left;
    const depth = this.#box.bottom - this.#box.top;
    this.#scale = Math.min(PIXELS_PER_PITCH / pitch, SIDE_MOST / Math.max(width, depth));
    this.#place = Math.max(1, Math.floor(pitch * this.#scale));
    this.#picture.width = Math.ceil(width * this.#scale);
    this.#picture.height = Math.ceil(depth * this.#scale);
  }

  paint(seats: Iterable<number>): void {
    const { hall, theme, looks, tiers } = this.#wish;
    const context = this.#context;
    const place = this.#place;
    for (const seat of seats) {
      const look = looks[seat] ?? 0;
      const left = Math.round(((hall.x[seat] ?? 0) - this.#box.left) * this.#scale - place / 2);
      const top = Math.round(((hall.y[seat] ?? 0) - this.#box.top) * this.#scale - place / 2);
      const side = Math.max(1, Math.round(place * dotShare(look)));
      const inset = (place - side) >> 1;
      context.clearRect(left, top, place, place);
      context.fillStyle = dotColour(theme, look, tiers[seat] ?? 0);
      context.fillRect(left + inset, top + inset, side, side);
    }
  }

  draw(context: CanvasRenderingContext2D, view: HallView): void {
    inHallUnits(context, view);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'medium';
    const { width, height } = this.#picture;
    context.drawImage(
      this.#picture,
      this.#box.left,
      this.#box.top,
      width / this.#scale,
      height / this.#scale,
    );
  }
}

/** Dots tell their status by size too: full is free, half is held, small is gone. */
function dotShare(look: number): number {
  if (look === FREE) return 0.8;
  if (look === CHOSEN || look === OWN) return 1;
  return look === HELD ? 0.5 : 0.34;
}

function dotColour(theme: HallTheme, look: number, tier: number): string {
  if (look === FREE) return tierColour(theme, tier);
  if (look === HELD) return theme.held;
  if (look === CHOSEN) return theme.chosen;
  if (look === OWN) return theme.own;
  return look === SOLD ? theme.gone : theme.line;
}
