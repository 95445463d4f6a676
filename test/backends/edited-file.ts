import { readFileSync, writeFileSync } from 'node:fs';

/** Changes a copy of a file of ours as a test needs it; a change that finds nothing to change is a defect of the test. */
export function editFile(path: string, ...changes: readonly [RegExp, string][]): void {
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of changes) {
    if (!from.test(text)) throw new Error(`${path} has nothing like ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(path, text);
}
