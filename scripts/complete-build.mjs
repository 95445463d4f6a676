// Part of the build, after tsc, which leaves out what is not TypeScript and leaves behind what is no more: copies the
// scripts that Redis runs beside their adapter in dist/, and removes what was built of a source that is gone. Nothing
// must run from such a file, and a clean clone has none.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [SOURCE, BUILT] = [join(root, 'src'), join(root, 'dist')];
const LUA = join('adapters', 'redis', 'lua');

rmSync(join(BUILT, LUA), { recursive: true, force: true });
removeLeftBehind('');
cpSync(join(SOURCE, LUA), join(BUILT, LUA), { recursive: true });

function removeLeftBehind(folder) {
  for (const entry of readdirSync(join(BUILT, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const source = join(SOURCE, path.replace(/\.js(\.map)?$/, '.ts'));
    if (!entry.isDirectory() && !/\.js(\.map)?$/.test(path)) continue;
    if (!existsSync(source)) rmSync(join(BUILT, path), { recursive: true });
    else if (entry.isDirectory()) removeLeftBehind(path);
  }
}
