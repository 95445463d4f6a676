import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A script of lua/, as the server knows it. */
export interface Script {
  readonly name: string;
  readonly source: string;
  /** SHA-1 of the source: what EVALSHA wants. */
  readonly sha: string;
  /** False for a script that says `#!lua flags=no-writes`. */
  readonly writes: boolean;
}

const read = new Map<string, Script>();

/**
 * The script in lua/<name>.lua, read once. Each begins with `#!lua`: such a script is refused before it begins by a
 * replica, and by a server that is out of memory, so that no script is ever half done.
 */
export function luaScript(name: string): Script {
  let script = read.get(name);
  if (!script) {
    const source = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
    const [first = ''] = source.split('\n', 1);
    if (!first.startsWith('#!lua')) throw new Error(`lua/${name}.lua does not begin with #!lua`);
    const sha = createHash('sha1').update(source).digest('hex');
    script = { name, source, sha, writes: !first.includes('no-writes') };
    read.set(name, script);
  }
  return script;
}
