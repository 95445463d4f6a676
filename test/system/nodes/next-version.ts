import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIN } from '../program.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LIST = /const MIGRATIONS = \[([\s\S]*?)\];/;

export interface NextVersion {
  /** Of the build. */
  readonly main: string;
  remove(): void;
}

/**
 * The version after this one, which nobody has written yet: this build, with one change of the tables more. A later build
 * is nothing else to the nodes beside it, as long as what they say to each other stays.
 */
export function nextVersion(statements: readonly string[]): NextVersion {
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // Within the tree, for its packages are found from there.
  const folder = mkdtempSync(join(cache, 'next-version-'));
  const built = dirname(MAIN);
  cpSync(built, join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'web'), join(folder, 'web'));
  const file = join(folder, 'dist', 'adapters', 'sql', 'migrate.js');
  const text = readFileSync(file, 'utf8');
  if (!LIST.test(text)) throw new Error(`${file} lists no migrations`);
  writeFileSync(
    file,
    text.replace(LIST, (_, known: string) => {
      return `const MIGRATIONS = [${known.trimEnd().replace(/,$/, '')}, () => ${JSON.stringify(statements)}];`;
    }),
  );
  return {
    main: join(folder, 'dist', 'main.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
