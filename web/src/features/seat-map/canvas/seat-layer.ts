import type { Hall } from '../hall.ts';
import { shortLabel } from '../hall-seat.ts';
import { forEachSeatIn, type SeatGrid } from '../seat-grid.ts';
import { CHOSEN, FREE } from '../seat-status.ts';
import type { HallTheme } from './hall-theme.ts';
import { FONT, type HallView, inScreenUnits, NUMBERS_FROM, visibleBox } from './hall-view.ts';
import { drawSprites, type SeatSprites } from './seat-sprites.ts';

const SEAT_SHARE = 0.84;

interface SeatLayerWish {
  readonly hall: Hall;
  readonly grid: SeatGrid;
  readonly theme: HallTheme;
  readonly looks: Uint8Array;
  readonly tiers: Uint8Array;
  readonly tierCount: number;
}

/** The hall from near: only the seats in view, each by the shape of its look. */
export class SeatLayer {
  readonly #wish: SeatLayerWish;
  #sprites: SeatSprites | undefined;

  constructor(wish: SeatLayerWish) {
    this.#wish = wish;
  }

  draw(context: CanvasRenderingContext2D, view: HallView): void {
    const { hall, grid, looks, tiers } = this.#wish;
    const { scale, left, top, ratio } = view;
    const seatPixels = grid.pitch * scale;
    const { stamp } = this.#spritesFor(seatPixels, ratio);
    // Stamped at whole device pixels, so that they stay crisp.
    context.setTransform(1, 0, 0, 1, 0, 0);
    forEachSeatIn(grid, visibleBox(view), (seat) => {
      const x = ((hall.x[seat] ?? 0) * scale + left) * ratio;
      const y = ((hall.y[seat] ?? 0) * scale + top) * ratio;
      stamp(context, { look: looks[seat] ?? 0, tier: tiers[seat] ?? 0, x, y });
    });
    if (seatPixels < NUMBERS_FROM) return;
    this.#drawNumbers(context, view);
    this.#drawRowNames(context, view);
  }

  #spritesFor(seatPixels: number, ratio: number): SeatSprites {
    const { theme, tierCount } = this.#wish;
    const size = Math.max(3, Math.round(seatPixels * SEAT_SHARE * ratio));
    const plain = seatPixels >= NUMBERS_FROM;
    if (this.#sprites?.size !== size || this.#sprites.plain !== plain) {
      this.#sprites = drawSprites(theme, { size, plain, tiers: tierCount });
    }
    return this.#sprites;
  }

  #drawNumbers(context: CanvasRenderingContext2D, view: HallView): void {
    const { hall, grid, looks, theme } = this.#wish;
    const { scale, left, top } = view;
    const seatPixels = grid.pitch * scale;
    startText(context, view, { weight: 600, size: Math.min(13, seatPixels * 0.36) });
    context.fillStyle = theme.onMark;
    forEachSeatIn(grid, visibleBox(view), (seat) => {
      const look = looks[seat] ?? 0;
      if (look !== FREE && look < CHOSEN) return;
      const [x, y] = [(hall.x[seat] ?? 0) * scale + left, (hall.y[seat] ?? 0) * scale + top];
      context.fillText(shortLabel(hall, seat), x, y, seatPixels * 0.8);
    });
  }

  /** Beside the first and the last seat of each row, on the line of the row. */
  #drawRowNames(context: CanvasRenderingContext2D, view: HallView): void {
    const { hall, grid, theme } = this.#wish;
    const { scale, left, top, width, height } = view;
    startText(context, view, { weight: 500, size: 12 });
    context.fillStyle = theme.muted;
    for (const { name, seats } of hall.rows) {
      for (const [seat, side] of [[seats.at(0) ?? 0, -1] as const, [seats.at(-1) ?? 0, 1] as const]) {
        const x = ((hall.x[seat] ?? 0) + side * grid.pitch * 0.85) * scale + left;
        const y = (hall.y[seat] ?? 0) * scale + top;
        if (x > -20 && x < width + 20 && y > -20 && y < height + 20) context.fillText(name, x, y);
      }
    }
  }
}

function startText(
  context: CanvasRenderingContext2D,
  view: HallView,
  font: { weight: number; size: number },
): void {
  inScreenUnits(context, view);
  context.font = `${font.weight} ${font.size}px ${FONT}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
}
