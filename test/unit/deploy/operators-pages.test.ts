import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { STATUS_OF } from '../../../src/http/answers/refusals.ts';
import { SETTINGS } from '../../../src/settings.ts';
import { ROUTES } from '../../system/every-route.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const PAGES = readdirSync('docs').filter((file) => file.endsWith('.md'));

/** What stands in the pages that operators read, with the page; each must be there when they need it. */
function named(pattern: RegExp): { what: string; page: string }[] {
  return PAGES.flatMap((page) =>
    [...read(`docs/${page}`).matchAll(pattern)].map(([, what = '']) => ({ what, page })),
  );
}

/** What an event, an order and an entry of the book may be. */
const OF_ROWS = ['ON_SALE', 'PART_REFUNDING', 'REFUND_OWED'];

const nameless = (route: string) => route.replace(/\?.*$/, '').replace(/\{[^}]*\}|<[^>]*>/g, '{}');

it('requests are of routes that there are', () => {
  const routes = new Set([...ROUTES, 'GET /openapi.json'].map(nameless));
  const asked = named(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^`]*)`/g);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ what }) => !routes.has(nameless(what)))).toEqual([]);
});

it('commands are commands of the program', () => {
  const commands = [...read('src/main.ts').matchAll(/^ {2}'?([\w-]+)'?: async \(\) =>/gm)].map(
    ([, name]) => name,
  );
  const asked = named(/(?:`|^)(?:[A-Z_]+=\S+ )*(?:onrush|\S*node dist\/main\.js) ([a-z][\w-]*)/gm);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ what }) => !commands.includes(what))).toEqual([]);
});

it('names in capitals are settings, codes, or what stands in a row', () => {
  const known = new Set([...Object.keys(SETTINGS), ...Object.keys(STATUS_OF), ...OF_ROWS, 'NAME_FILE']);
  const asked = named(/`([A-Z]+_[A-Z_]+?)(?:_FILE)?`/g);
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter(({ what }) => !known.has(what))).toEqual([]);
});

it('files are there', () => {
  const asked = named(/`((?:deploy(?!\/secrets)|test|scripts|src)\/[\w./-]*\w)`/g);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ what }) => !['', '.ts', '.test.ts'].some((end) => existsSync(what + end)))).toEqual(
    [],
  );
});
