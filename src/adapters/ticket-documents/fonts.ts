import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fontOf } from './woff.ts';

/** Nanum Gothic (SIL Open Font License): Latin without accents, and every Hangul syllable. */
export const REGULAR = 'Nanum Gothic';
export const BOLD = 'Nanum Gothic Bold';
/** Every reader of PDF has it. */
export const ACCENTED = 'Helvetica';

const FILES = { [REGULAR]: 'korean-400', [BOLD]: 'korean-700' };
const NANUM =
  /[\x20-\x7e\xa1-\xa7\xa9-\xae\xb0-\xb3\xb5-\xb7\xb9-\xbf\xd7\u2013\u2014\u2018-\u201a\u201c-\u201e\u2026\u20ac\u2122\u3131-\u3163\uac00-\ud7a3]/;
const LATIN = /[\xc0-\xff]/;

/** The fonts as files of TrueType, read once. */
export function nanumGothic(): [name: string, file: Buffer][] {
  const require = createRequire(import.meta.url);
  return Object.entries(FILES).map(([name, file]) => {
    const path = require.resolve(`@fontsource/nanum-gothic/files/nanum-gothic-${file}-normal.woff`);
    return [name, fontOf(readFileSync(path))];
  });
}

/** A text in pieces of one font each; what no font has becomes "?". */
export function inFonts(text: string, main: string): { font: string; text: string }[] {
  const pieces: { font: string; text: string }[] = [];
  for (const letter of text.normalize('NFC').replace(/\s+/g, ' ')) {
    const font = LATIN.test(letter) && !NANUM.test(letter) ? ACCENTED : main;
    const shown = font === ACCENTED || NANUM.test(letter) ? letter : '?';
    const last = pieces.at(-1);
    if (last?.font === font) last.text += shown;
    else pieces.push({ font, text: shown });
  }
  return pieces;
}
