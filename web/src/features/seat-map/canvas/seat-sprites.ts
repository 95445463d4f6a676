import { LOOKS } from '../seat-status.ts';
import type { HallTheme } from './hall-theme.ts';
import { drawMark } from './seat-mark.ts';

export interface SeatSprites {
  /** The width of a seat, in device pixels, that these were drawn for. */
  readonly size: number;
  readonly plain: boolean;
  stamp(context: CanvasRenderingContext2D, mark: { look: number; tier: number; x: number; y: number }): void;
}

interface SpriteWish {
  readonly size: number;
  readonly tiers: number;
  readonly plain: boolean;
}

/** Every look in every price tier, drawn once at one size: copying a small picture is far cheaper than a path per seat. */
export function drawSprites(theme: HallTheme, { size, tiers, plain }: SpriteWish): SeatSprites {
  const cell = Math.ceil(size * 1.2) + 2;
  const atlas = document.createElement('canvas');
  atlas.width = cell * LOOKS.length;
  atlas.height = cell * tiers;
  const context = atlas.getContext('2d');
  if (!context) throw new Error('this browser has no 2D canvas');
  for (let tier = 0; tier < tiers; tier += 1) {
    LOOKS.forEach((look, column) => {
      drawMark(context, theme, { look, tier, x: (column + 0.5) * cell, y: (tier + 0.5) * cell, size, plain });
    });
  }
  return {
    size,
    plain,
    stamp(target, { look, tier, x, y }) {
      const left = Math.round(x - cell / 2);
      const top = Math.round(y - cell / 2);
      target.drawImage(atlas, look * cell, tier * cell, cell, cell, left, top, cell, cell);
    },
  };
}
