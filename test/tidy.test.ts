import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { english } from '../src/http/messages/en.ts';
import { korean } from '../src/http/messages/ko.ts';
import { BOTTLENECK_PHRASES, FAILURE_PHRASES, PHRASES } from '../src/proof/rush/report/phrases.ts';
import { en } from '../web/src/lib/words/en.ts';
import { ko } from '../web/src/lib/words/ko.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Paths of all source files below a folder, from the root of the repository. */
function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** Comments may name what code may not use. Blanks keep the line numbers. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '');
}

const SERVER = sources('src');
const ALL = [...SERVER, ...sources('web/src')];
const SLICES = [
  'core',
  'account',
  'catalog',
  'reservation',
  'order',
  'payment',
  'realtime',
  'request-queue',
  'ticket',
  'waiting-room',
  'waitlist',
  'dead-letter',
];

describe('a source file', () => {
  it('has at most 300 lines', () => {
    const lines = (path: string) => read(path).trimEnd().split('\n').length;
    expect(ALL.filter((path) => lines(path) > 300)).toEqual([]);
  });

  it('says in its name what it is about', () => {
    const saysNothing = /(^|\/)(utils?|helpers?|common|types|managers?|misc|index)\.tsx?$/;
    // What several schemas of the contract share has no better name yet.
    const known = ['src/contract/common.ts'];
    expect(ALL.filter((path) => saysNothing.test(path) && !known.includes(path))).toEqual([]);
  });

  it('spreads what it was given, not a literal of its own', () => {
    expect(ALL.filter((path) => /\.\.\.\{/.test(withoutComments(read(path))))).toEqual([]);
  });

  it('exports by name', () => {
    const byDefault = /^export default\b|\bas default\b/m;
    expect(ALL.filter((path) => byDefault.test(withoutComments(read(path))))).toEqual([]);
  });

  it('takes time, dice and the network from ports, in core and the slices', () => {
    const forbidden =
      /Date\.now\(|new Date\(\)|Math\.random|performance\.now|set(Timeout|Interval|Immediate)\(|\bfetch\(|\bcrypto\.|process\.(env|hrtime)|from 'node:/;
    const found = SERVER.filter((path) => SLICES.includes(path.split('/')[1] ?? '')).flatMap((path) => {
      const lines = withoutComments(read(path)).split('\n');
      return lines.flatMap((line, index) =>
        forbidden.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [],
      );
    });
    expect(found).toEqual([]);
  });

  it('names the code of a thread where the build puts it', () => {
    const named = SERVER.flatMap((path) =>
      [...read(path).matchAll(/new URL\('(\.[^']*)\.[jt]s', import\.meta\.url\)/g)].map(([, file]) =>
        join(path, '..', `${file}.ts`),
      ),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !SERVER.includes(path))).toEqual([]);
  });

  it('of core, a port or a rule says why it is there', () => {
    const isExplained = (path: string) => read(path).includes('/**');
    const owed = SERVER.filter((path) => SLICES.includes(path.split('/')[1] ?? '') || /\/ports\//.test(path));
    expect(owed.filter((path) => !isExplained(path))).toEqual([]);
  });
});

it('the code map of ARCHITECTURE.md names every folder of src/, and nothing that is not there', () => {
  const [, map = ''] = read('ARCHITECTURE.md').split('\n## Code map\n');
  const named = [...map.matchAll(/`((?:web\/)?src\/[^`]*)`/g)].map(([, path]) => path as string);
  const folders = new Set(SERVER.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  // A folder that only has folders is named when the map finds it worth a line.
  const missing = [...folders].filter((folder) => folder !== 'src/' && !named.includes(folder));
  expect(missing).toEqual([]);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

type Words = { readonly [key: string]: string | Words };

/** Each sentence under its path; the forms of a plural are one sentence, for languages differ in how many they have. */
function sentences(words: Words, prefix = ''): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [key, value] of Object.entries(words)) {
    const path = `${prefix}${key.replace(/_(zero|one|two|few|many|other)$/, '')}`;
    const below =
      typeof value === 'string' ? new Map([[path, placeholders(value)]]) : sentences(value, `${path}.`);
    for (const [each, names] of below) found.set(each, new Set([...(found.get(each) ?? []), ...names]));
  }
  return found;
}

function placeholders(sentence: string): Set<string> {
  return new Set([...sentence.matchAll(/\{+(\w+)\}+/g)].map(([, name]) => name as string));
}

const plain = (found: Map<string, Set<string>>) =>
  Object.fromEntries([...found].sort().map(([key, names]) => [key, [...names].sort()]));

describe('English and Korean', () => {
  it('say the same refusals, with the same facts', () => {
    expect(plain(sentences(korean))).toEqual(plain(sentences(english)));
  });

  it('say the same on the pages, with the same facts', () => {
    expect(plain(sentences(ko as unknown as Words))).toEqual(plain(sentences(en as unknown as Words)));
  });

  it('say the same in the report of a rush', () => {
    for (const [name, phrase] of Object.entries({ ...PHRASES, ...BOTTLENECK_PHRASES, ...FAILURE_PHRASES })) {
      expect(placeholders(phrase.ko), name).toEqual(placeholders(phrase.en));
      expect(phrase.ko.trim(), name).not.toBe('');
    }
  });

  it('have README files of the same headings, level by level', () => {
    const levels = (path: string) =>
      read(path)
        .replace(/^```[\s\S]*?^```/gm, '')
        .split('\n')
        .flatMap((line) => /^(#+) /.exec(line)?.[1] ?? []);
    expect(levels('README.ko.md')).toEqual(levels('README.md'));
    expect(levels('README.md').length).toBeGreaterThan(0);
  });
});
