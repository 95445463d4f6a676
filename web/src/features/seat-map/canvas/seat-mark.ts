import type { SeatLook } from '../seat-status.ts';
import type { HallTheme } from './hall-theme.ts';

export interface SeatMark {
  readonly tier: number;
  /** Centre and width, in pixels of the context. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** Without the inner sign, where the seat's number is to stand. */
  readonly plain: boolean;
}

type DrawMark = (context: CanvasRenderingContext2D, theme: HallTheme, mark: SeatMark) => void;

/** Each look has its own shape, so that the map reads without colour. */
const SHAPES: Record<SeatLook, DrawMark> = {
  AVAILABLE: drawDisc,
  RESERVED: drawBarredRing,
  BOOKED: drawCross,
  BLOCKED: drawDash,
  chosen: drawTickedSquare,
  own: drawDiamond,
};

export function drawMark(
  context: CanvasRenderingContext2D,
  theme: HallTheme,
  { look, ...mark }: SeatMark & { readonly look: SeatLook },
): void {
  context.lineWidth = Math.max(1, mark.size * 0.12);
  context.lineCap = 'round';
  context.beginPath();
  SHAPES[look](context, theme, mark);
}

export function tierColour(theme: HallTheme, tier: number): string {
  return theme.tiers[tier % theme.tiers.length] ?? theme.ink;
}

function drawDisc(context: CanvasRenderingContext2D, theme: HallTheme, { tier, x, y, size }: SeatMark): void {
  context.fillStyle = tierColour(theme, tier);
  context.arc(x, y, size / 2, 0, Math.PI * 2);
  context.fill();
}

function drawBarredRing(context: CanvasRenderingContext2D, theme: HallTheme, { x, y, size }: SeatMark): void {
  context.strokeStyle = theme.held;
  context.arc(x, y, size * 0.4, 0, Math.PI * 2);
  context.moveTo(x - size * 0.2, y);
  context.lineTo(x + size * 0.2, y);
  context.stroke();
}

function drawCross(context: CanvasRenderingContext2D, theme: HallTheme, { x, y, size }: SeatMark): void {
  const reach = size * 0.22;
  context.strokeStyle = theme.gone;
  context.moveTo(x - reach, y - reach);
  context.lineTo(x + reach, y + reach);
  context.moveTo(x + reach, y - reach);
  context.lineTo(x - reach, y + reach);
  context.stroke();
}

function drawDash(context: CanvasRenderingContext2D, theme: HallTheme, { x, y, size }: SeatMark): void {
  context.strokeStyle = theme.gone;
  context.moveTo(x - size * 0.15, y);
  context.lineTo(x + size * 0.15, y);
  context.stroke();
}

function drawTickedSquare(
  context: CanvasRenderingContext2D,
  theme: HallTheme,
  { x, y, size, plain }: SeatMark,
): void {
  context.fillStyle = theme.chosen;
  context.roundRect(x - size / 2, y - size / 2, size, size, size * 0.18);
  context.fill();
  if (plain) return;
  context.strokeStyle = theme.onMark;
  context.beginPath();
  context.moveTo(x - size * 0.22, y);
  context.lineTo(x - size * 0.05, y + size * 0.18);
  context.lineTo(x + size * 0.25, y - size * 0.18);
  context.stroke();
}

function drawDiamond(context: CanvasRenderingContext2D, theme: HallTheme, { x, y, size }: SeatMark): void {
  const reach = size * 0.58;
  context.fillStyle = theme.own;
  context.moveTo(x, y - reach);
  context.lineTo(x + reach, y);
  context.lineTo(x, y + reach);
  context.lineTo(x - reach, y);
  context.closePath();
  context.fill();
}
