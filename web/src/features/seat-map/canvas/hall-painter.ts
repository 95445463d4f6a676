import type { Hall } from '../hall.ts';
import { seatId, zoneOf } from '../hall-seat.ts';
import { priceTiers } from '../price-tiers.ts';
import { buildGrid, type SeatGrid } from '../seat-grid.ts';
import { lookOf, type SeatMarks } from '../seat-status.ts';
import { type SectionOutline, sectionOutlines } from '../section-outline.ts';
import { HallBitmap } from './hall-bitmap.ts';
import type { HallTheme } from './hall-theme.ts';
import { type HallView, inScreenUnits, NUMBERS_FROM, SEATS_FROM } from './hall-view.ts';
import { SeatLayer } from './seat-layer.ts';
import { drawSectionNames, drawSections, type SectionWords } from './section-layer.ts';

export interface HallOverlay {
  /** The seat to be ringed. */
  readonly focused: number | undefined;
  readonly words: SectionWords;
}

/** Draws a hall at three distances: named sections over dots, seats by their shapes, seats with their numbers. */
export class HallPainter {
  readonly grid: SeatGrid;
  readonly #context: CanvasRenderingContext2D;
  readonly #hall: Hall;
  readonly #theme: HallTheme;
  readonly #outlines: readonly SectionOutline[];
  /** How each seat looks to this buyer: a number of seat-status.ts. */
  readonly #looks: Uint8Array;
  readonly #bitmap: HallBitmap;
  readonly #seats: SeatLayer;
  #marks: SeatMarks = { chosen: new Set(), own: new Set() };

  constructor(context: CanvasRenderingContext2D, hall: Hall, theme: HallTheme) {
    this.#context = context;
    this.#hall = hall;
    this.#theme = theme;
    this.grid = buildGrid(hall);
    this.#outlines = sectionOutlines(hall);
    this.#looks = Uint8Array.from(hall.status);
    const { tiers: prices, ofZone } = priceTiers(hall);
    const tiers = Uint8Array.from({ length: hall.count }, (_, seat) => ofZone[zoneOf(hall, seat)] ?? 0);
    const drawn = { hall, grid: this.grid, theme, looks: this.#looks, tiers };
    this.#seats = new SeatLayer({ ...drawn, tierCount: Math.max(1, prices.length) });
    this.#bitmap = new HallBitmap(drawn);
    this.#bitmap.paint(this.#looks.keys());
  }

  setMarks(marks: SeatMarks): void {
    this.#marks = marks;
    this.touch(this.#looks.keys());
  }

  /** These seats may have changed their status. */
  touch(seats: Iterable<number>): void {
    const changed: number[] = [];
    for (const seat of seats) {
      const look = lookOf(this.#hall.status[seat] ?? 0, seatId(this.#hall, seat), this.#marks);
      if (this.#looks[seat] === look) continue;
      this.#looks[seat] = look;
      changed.push(seat);
    }
    this.#bitmap.paint(changed);
  }

  draw(view: HallView, { focused, words }: HallOverlay): void {
    const context = this.#context;
    const theme = this.#theme;
    const outlines = this.#outlines;
    const seatPixels = this.grid.pitch * view.scale;
    inScreenUnits(context, view);
    context.fillStyle = theme.background;
    context.fillRect(0, 0, view.width, view.height);
    drawSections(context, { view, theme, outlines, margin: this.grid.pitch });
    if (seatPixels < SEATS_FROM) this.#bitmap.draw(context, view);
    else this.#seats.draw(context, view);
    if (seatPixels < NUMBERS_FROM) drawSectionNames(context, { view, theme, outlines, words, seatPixels });
    if (focused !== undefined) this.#drawFocus(view, focused);
  }

  #drawFocus(view: HallView, seat: number): void {
    const { scale, left, top } = view;
    const context = this.#context;
    inScreenUnits(context, view);
    context.strokeStyle = this.#theme.ink;
    context.lineWidth = 2.5;
    context.beginPath();
    const radius = Math.max(7, this.grid.pitch * scale * 0.62);
    const [x = 0, y = 0] = [this.#hall.x[seat], this.#hall.y[seat]];
    context.arc(x * scale + left, y * scale + top, radius, 0, Math.PI * 2);
    context.stroke();
  }
}
