import type { MapVoice } from './map-voice.ts';
import type { Patch } from './ports/map-board.ts';

/** The latest patches of a map, for those who come back. */
export class KeptPatches<F> {
  readonly #most: number;
  readonly #voice: MapVoice<F>;
  readonly #patches: { patch: Patch; frame: F }[] = [];

  constructor(most: number, voice: MapVoice<F>) {
    this.#most = most;
    this.#voice = voice;
  }

  keep(patch: Patch, frame: F): void {
    this.#patches.push({ patch, frame });
    if (this.#patches.length > this.#most) this.#patches.shift();
  }

  /** What was told after a version; undefined when it is not kept any more, or was no version. */
  since(version: number): F[] | undefined {
    const next = this.#patches.findIndex(({ patch }) => patch.from <= version && version < patch.version);
    const first = this.#patches[next];
    if (!first) return undefined;
    const { patch, frame } = first;
    const rest = this.#patches.slice(next + 1).map((later) => later.frame);
    if (patch.from === version) return [frame, ...rest];
    // Where each seat is a step, somebody may have stopped within a patch.
    if (patch.seats.length !== patch.version - patch.from) return undefined;
    const seats = patch.seats.slice(version - patch.from);
    return [this.#voice.patch({ ...patch, from: version, seats }), ...rest];
  }
}
