import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { RefusalCode } from '../../../src/core/refusal.ts';
import { STATUS_OF } from '../../../src/http/answers/refusals.ts';

/**
 * Codes that no test over HTTP has been answered yet, by what they wait for. The lists can only shrink: a code that a
 * test names must not stand here, and a new code needs its test.
 */
const UNSEEN: Record<string, RefusalCode[]> = {
  'tests on several nodes': ['PAUSE_FIRST'],
  'tests of the request queue': ['REQUEST_EXPIRED', 'REQUEST_DEAD', 'REQUEST_OVERTAKEN'],
  'tests of refunds and webhooks': ['BOOKING_NOT_REFUNDABLE', 'WEBHOOK_REFUSED'],
  'tests of tickets': ['TICKET_CHANGE_LIMIT'],
};

/** Where tests speak HTTP, be it to a process or to the server in memory. */
const FOLDERS = ['../../system/', '../../system/editions/', '../../attacks/', './'];
/** A code that an answer is compared with: `code: 'X'`, or in a table behind a status or behind a request. */
const NAMED = /(?:\bcode\b[^'\n]*|\b[45]\d\d,\s*|[})],\s*)'([A-Z_]+)'/g;

function codesNamed(): Set<string> {
  const own = fileURLToPath(import.meta.url);
  const files = FOLDERS.flatMap((folder) => {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    return readdirSync(path)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => path + name);
  });
  const texts = files.filter((file) => file !== own).map((file) => readFileSync(file, 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, code = '']) => code)));
}

it('every refusal has been seen over HTTP by some test', () => {
  const named = codesNamed();
  const unseen = Object.keys(STATUS_OF).filter((code) => !named.has(code));
  expect(unseen.sort()).toEqual(Object.values(UNSEEN).flat().sort());
});
