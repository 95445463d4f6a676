/** The known name that was meant, if any. */
export function meantBy(name: string, known: readonly string[]): string | undefined {
  let nearest: { name: string; distance: number } | undefined;
  for (const each of known) {
    const distance = distanceTo(each, name);
    if (distance < (nearest?.distance ?? NEAR + 1)) nearest = { name: each, distance };
  }
  return nearest?.name;
}

/** Letters that a slip of the hand changes. */
const NEAR = 2;

/**
 * A short name is only near when a letter was added to it or a line was left out: the environment is full of strangers
 * (POST is not PORT).
 */
function distanceTo(known: string, name: string): number {
  if (name.replaceAll('_', '') === known.replaceAll('_', '')) return 1;
  if (Math.abs(name.length - known.length) > NEAR) return Number.POSITIVE_INFINITY;
  if (known.length >= 8) return editDistance(name, known);
  return name.length === known.length + 1 && name.startsWith(known) ? 1 : Number.POSITIVE_INFINITY;
}

/** Levenshtein's, one row at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
