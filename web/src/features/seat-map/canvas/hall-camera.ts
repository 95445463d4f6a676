import { type Selection, select } from 'd3-selection';
import {
  type D3ZoomEvent,
  type ZoomBehavior,
  type ZoomTransform,
  zoom,
  zoomIdentity,
  zoomTransform,
} from 'd3-zoom';
import type { Box } from '../seat-grid.ts';

const ANIMATION_MS = 260;
/** The largest a seat can be shown, in CSS pixels. */
const SEAT_LARGEST = 44;
const ZOOM_STEP = 1.7;
/** A seat this close to the edge, in CSS pixels, is not in view. */
const EDGE = 20;

interface CameraWish {
  readonly bounds: Box;
  readonly pitch: number;
  readonly onMove: () => void;
}

/** Pan and zoom by wheel, pinch and drag (d3-zoom), and by the buttons' calls. */
export class HallCamera {
  readonly #canvas: HTMLCanvasElement;
  readonly #selection: Selection<HTMLCanvasElement, unknown, null, undefined>;
  readonly #behaviour: ZoomBehavior<HTMLCanvasElement, unknown>;
  /** The hall with a margin. */
  readonly #world: Box;
  readonly #largestScale: number;
  #size = { width: 1, height: 1 };
  /** The whole hall is shown, and stays so when the canvas changes its size. */
  #isWhole = true;
  #stopAnimation = () => {};

  constructor(canvas: HTMLCanvasElement, { bounds, pitch, onMove }: CameraWish) {
    this.#canvas = canvas;
    this.#world = widen(bounds, pitch * 2);
    this.#largestScale = SEAT_LARGEST / pitch;
    this.#selection = select(canvas);
    this.#behaviour = zoom<HTMLCanvasElement, unknown>()
      .extent(() => [
        [0, 0],
        [this.#size.width, this.#size.height],
      ])
      .on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        if (event.sourceEvent) this.#takeOver();
        onMove();
      });
    // A double press is two presses on a seat, not a zoom.
    this.#selection.call(this.#behaviour).on('dblclick.zoom', null);
  }

  transform(): ZoomTransform {
    return zoomTransform(this.#canvas);
  }

  /** To be told when the canvas has another size. */
  resize(size: { width: number; height: number }): void {
    this.#size = size;
    const { left, top, right, bottom } = this.#world;
    const least = this.#framing(this.#world).k;
    this.#behaviour.scaleExtent([least, Math.max(least, this.#largestScale)]);
    this.#behaviour.translateExtent([
      [left, top],
      [right, bottom],
    ]);
    if (this.#isWhole) this.#behaviour.transform(this.#selection, this.#framing(this.#world));
  }

  zoomIn(): void {
    this.#zoomBy(ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoomBy(1 / ZOOM_STEP);
  }

  showWhole(): void {
    this.#move(this.#framing(this.#world));
    this.#isWhole = true;
  }

  /** Brings a part of the hall into view, no larger than the largest seat. */
  show(box: Box): void {
    this.#move(this.#framing(box));
  }

  /** Moves, without zooming, until a point is in view. */
  reveal({ x, y }: { x: number; y: number }): void {
    const now = this.transform();
    const { width, height } = this.#size;
    const [left, top] = now.apply([x, y]);
    const isInView = left > EDGE && top > EDGE && left < width - EDGE && top < height - EDGE;
    if (!isInView) this.#move(this.#centred([x, y], now.k));
  }

  close(): void {
    this.#stopAnimation();
    this.#selection.on('.zoom', null);
  }

  /** The buyer's own hand ends whatever was moving. */
  #takeOver(): void {
    this.#stopAnimation();
    this.#isWhole = false;
  }

  #zoomBy(factor: number): void {
    const now = this.transform();
    const [least, most] = this.#behaviour.scaleExtent();
    const centre = now.invert([this.#size.width / 2, this.#size.height / 2]);
    this.#move(this.#centred(centre, Math.min(most, Math.max(least, now.k * factor))));
  }

  #framing({ left, top, right, bottom }: Box): ZoomTransform {
    const { width, height } = this.#size;
    const scale = Math.min(width / (right - left), height / (bottom - top), this.#largestScale);
    return this.#centred([(left + right) / 2, (top + bottom) / 2], scale);
  }

  #centred([x, y]: readonly [number, number], scale: number): ZoomTransform {
    const { width, height } = this.#size;
    return zoomIdentity.translate(width / 2 - x * scale, height / 2 - y * scale).scale(scale);
  }

  #move(to: ZoomTransform): void {
    this.#takeOver();
    const go = (next: ZoomTransform) => this.#behaviour.transform(this.#selection, next);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      go(to);
      return;
    }
    const from = this.transform();
    const start = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const t = Math.min(1, Math.max(0, (now - start) / ANIMATION_MS));
      go(between(from, to, t * (2 - t)));
      if (t < 1) frame = requestAnimationFrame(step);
    });
    this.#stopAnimation = () => cancelAnimationFrame(frame);
  }
}

function widen({ left, top, right, bottom }: Box, margin: number): Box {
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}

function between(a: ZoomTransform, b: ZoomTransform, t: number): ZoomTransform {
  const mix = (from: number, to: number) => from + (to - from) * t;
  return zoomIdentity.translate(mix(a.x, b.x), mix(a.y, b.y)).scale(mix(a.k, b.k));
}
