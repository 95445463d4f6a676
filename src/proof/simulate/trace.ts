const KEPT = 60;

/** The order of everything that happened: as a hash to compare two runs by, and its end to read. */
export class Trace {
  readonly last: string[] = [];
  #low = 0x811c9dc5;
  #high = 0x01234567;

  note(at: number, what: string): void {
    const line = `${at} ${what}`;
    // FNV-1a twice from different starts: 64 bits, so that a collision never passes for determinism.
    for (let index = 0; index < line.length; index++) {
      const code = line.charCodeAt(index);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ code, 0x01000193);
    }
    this.last.push(line);
    if (this.last.length > KEPT) this.last.shift();
  }

  get hash(): string {
    const hex = (half: number) => (half >>> 0).toString(16).padStart(8, '0');
    return hex(this.#high) + hex(this.#low);
  }
}
