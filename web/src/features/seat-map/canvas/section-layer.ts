import type { Box } from '../seat-grid.ts';
import type { SectionOutline } from '../section-outline.ts';
import type { HallTheme } from './hall-theme.ts';
import { FONT, type HallView, inHallUnits, inScreenUnits, OVERVIEW_BELOW } from './hall-view.ts';

const CHIP_HEIGHT = 38;
const CHIP_PADDING = 8;
/** Enough to read on, and to see the dots through. */
const CHIP_OPACITY = 0.86;
const NAME_FONT = `700 13px ${FONT}`;
const NOTE_FONT = `500 12px ${FONT}`;

/** What is written on a section: its name, and a line about it. */
export type SectionWords = (section: number) => { name: string; note: string };

interface SectionLayer {
  readonly view: HallView;
  readonly theme: HallTheme;
  readonly outlines: readonly SectionOutline[];
}

export function drawSections(
  context: CanvasRenderingContext2D,
  { view, theme, outlines, margin }: SectionLayer & { readonly margin: number },
): void {
  inHallUnits(context, view);
  context.fillStyle = context.strokeStyle = theme.section;
  // A thick, round outline in the same colour is the margin around the seats.
  context.lineWidth = margin * 2;
  context.lineJoin = context.lineCap = 'round';
  for (const { hull } of outlines) {
    context.beginPath();
    for (const [x, y] of hull) context.lineTo(x, y);
    context.closePath();
    context.fill();
    context.stroke();
  }
}

interface NameLayer extends SectionLayer {
  readonly words: SectionWords;
  readonly seatPixels: number;
}

/** Over the middle of a section from afar, over its upper edge once its seats can be told apart. */
export function drawSectionNames(context: CanvasRenderingContext2D, layer: NameLayer): void {
  inScreenUnits(context, layer.view);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const taken: Box[] = [];
  for (const outline of layer.outlines) {
    const words = layer.words(outline.section);
    const chip = chipOf(context, layer, outline, words);
    const isInView = chip.right > 0 && chip.left < layer.view.width;
    if (!isInView || taken.some((other) => overlaps(other, chip))) continue;
    taken.push(chip);
    drawChip(context, layer.theme, chip, words);
  }
}

function chipOf(
  context: CanvasRenderingContext2D,
  { view, seatPixels }: NameLayer,
  { box }: SectionOutline,
  { name, note }: ReturnType<SectionWords>,
): Box {
  context.font = NAME_FONT;
  const half =
    Math.max(context.measureText(name).width, context.measureText(note).width * 0.95) / 2 + CHIP_PADDING;
  const x = ((box.left + box.right) / 2) * view.scale + view.left;
  const y =
    seatPixels < OVERVIEW_BELOW
      ? ((box.top + box.bottom) / 2) * view.scale
      : box.top * view.scale - seatPixels - CHIP_HEIGHT / 2;
  const top = y + view.top - CHIP_HEIGHT / 2;
  return { left: x - half, right: x + half, top, bottom: top + CHIP_HEIGHT };
}

function drawChip(
  context: CanvasRenderingContext2D,
  theme: HallTheme,
  chip: Box,
  { name, note }: ReturnType<SectionWords>,
): void {
  context.globalAlpha = CHIP_OPACITY;
  context.fillStyle = theme.background;
  context.beginPath();
  context.roundRect(chip.left, chip.top, chip.right - chip.left, CHIP_HEIGHT, CHIP_PADDING);
  context.fill();
  context.globalAlpha = 1;
  const x = (chip.left + chip.right) / 2;
  context.font = NAME_FONT;
  context.fillStyle = theme.ink;
  context.fillText(name, x, chip.top + 11);
  context.font = NOTE_FONT;
  context.fillStyle = theme.muted;
  context.fillText(note, x, chip.top + 27);
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
