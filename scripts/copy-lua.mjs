// Part of the build: tsc leaves out what is not TypeScript, so the scripts that Redis runs are copied beside their
// adapter in dist/. Scripts that are no more are removed there too.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join('adapters', 'redis', 'lua');

rmSync(join(root, 'dist', FOLDER), { recursive: true, force: true });
cpSync(join(root, 'src', FOLDER), join(root, 'dist', FOLDER), { recursive: true });
