import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folders of what will be written at the end of a long run. Answers a sentence when one of the files cannot be
 * written, so that it is said before the run and not after it.
 */
export function prepareOutputs(files: readonly (string | undefined)[]): string | undefined {
  for (const file of files) {
    if (file === undefined) continue;
    try {
      mkdirSync(dirname(file), { recursive: true });
      if (existsSync(file)) closeSync(openSync(file, 'r+'));
      else accessSync(dirname(file), constants.W_OK);
    } catch (error) {
      return `${file} cannot be written (${(error as Error).message}).`;
    }
  }
  return undefined;
}
