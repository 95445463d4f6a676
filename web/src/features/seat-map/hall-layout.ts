/** Seats of a row without a name stand in lines of this many. */
const WRAP = 50;
const SEAT_PITCH = 1;
const ROW_PITCH = 1.2;
const SECTION_GAP = 4;
/** A hall is wider than deep. */
const WIDTH_TO_DEPTH = 1.6;

interface RowDraft {
  readonly section: number;
  readonly name: string;
  readonly seats: readonly number[];
}

interface Block {
  readonly width: number;
  readonly depth: number;
  readonly lines: readonly (readonly number[])[];
}

/**
 * Places seats that were entered without coordinates: each section a block of centred rows, the blocks side by side on
 * shelves, in the order given. Writes x and y, in seat widths.
 */
export function layOutRows(rows: readonly RowDraft[], { x, y }: { x: Float32Array; y: Float32Array }): void {
  const blocks = blocksOf(rows);
  const area = blocks.reduce(
    (sum, block) => sum + (block.width + SECTION_GAP) * (block.depth + SECTION_GAP),
    0,
  );
  const shelfWidth = Math.max(Math.sqrt(area * WIDTH_TO_DEPTH), ...blocks.map((block) => block.width));
  let top = 0;
  for (const shelf of shelvesOf(blocks, shelfWidth)) {
    const width = shelf.reduce((sum, block) => sum + block.width + SECTION_GAP, -SECTION_GAP);
    let left = -width / 2;
    for (const block of shelf) {
      placeBlock(block, { left, top, x, y });
      left += block.width + SECTION_GAP;
    }
    top += Math.max(...shelf.map((block) => block.depth)) + SECTION_GAP;
  }
}

function blocksOf(rows: readonly RowDraft[]): Block[] {
  const linesBySection = new Map<number, (readonly number[])[]>();
  for (const row of rows) {
    const lines = linesBySection.get(row.section) ?? [];
    linesBySection.set(row.section, lines);
    const wrap = row.name === '' ? WRAP : Infinity;
    for (let from = 0; from < row.seats.length; from += wrap) lines.push(row.seats.slice(from, from + wrap));
  }
  return [...linesBySection.values()].map((lines) => ({
    width: lines.reduce((widest, line) => Math.max(widest, line.length), 0) * SEAT_PITCH,
    depth: lines.length * ROW_PITCH,
    lines,
  }));
}

function shelvesOf(blocks: readonly Block[], shelfWidth: number): Block[][] {
  const shelves: Block[][] = [];
  let used = Infinity;
  for (const block of blocks) {
    if (used + block.width > shelfWidth) {
      shelves.push([]);
      used = 0;
    }
    shelves.at(-1)?.push(block);
    used += block.width + SECTION_GAP;
  }
  return shelves;
}

interface Placing {
  readonly left: number;
  readonly top: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

function placeBlock(block: Block, { left, top, x, y }: Placing): void {
  block.lines.forEach((line, depth) => {
    const indent = (block.width - line.length * SEAT_PITCH) / 2;
    line.forEach((seat, k) => {
      x[seat] = left + indent + (k + 0.5) * SEAT_PITCH;
      y[seat] = top + (depth + 0.5) * ROW_PITCH;
    });
  });
}
