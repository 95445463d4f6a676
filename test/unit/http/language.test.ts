import { expect, it } from 'vitest';
import { languageOf } from '../../../src/http/messages/sentence.ts';

it.each([
  ['ko', 'ko'],
  ['KO-kr', 'ko'],
  ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
  ['en-US,en;q=0.9,ko;q=0.8', 'en'],
  ['en;q=0.3, ko;q=0.8', 'ko'],
  ['ko;q=0', 'en'],
  ['ko;q=0, *', 'en'],
  ['fr, ko;q=0.1', 'ko'],
  ['fr;q=0.9, de', 'en'],
  // No wish at all, or none that can be read.
  ['*', 'en'],
  ['*;q=0', 'en'],
  ['', 'en'],
  [',,;q=', 'en'],
  ['kok-IN', 'en'],
  ['xx-ko', 'en'],
  ['ko;q=abc', 'en'],
  ['\u0000ko', 'en'],
  [undefined, 'en'],
])('Accept-Language %j is answered in %s', (given, language) => {
  expect(languageOf(given)).toBe(language);
});
