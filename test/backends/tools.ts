import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where scripts/fetch-tools.mjs puts what it fetches. */
const FETCHED = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'onrush', 'tools');
const FOLDERS = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...[join(FETCHED, 'bin'), join(FETCHED, 'locust', 'bin'), join(homedir(), 'go', 'bin'), '/usr/sbin'],
];

/** Programs of others that check or drive what is in deploy/. */
const TOOLS = [
  'promtool',
  'prometheus',
  'amtool',
  'docker-compose',
  'helm',
  'actionlint',
  'k6',
  'locust',
] as const;
type ToolName = (typeof TOOLS)[number];

/** Where a tool is; undefined when it is not on this machine. */
export function toolAt(name: ToolName): string | undefined {
  const named = process.env[`${name.toUpperCase().replaceAll('-', '_')}_PATH`];
  return named && existsSync(named) ? named : FOLDERS.map((folder) => join(folder, name)).find(isProgram);
}

/** For the registry: each is reported, and demanded where BACKENDS names it, or `tools`. */
export const TOOL_COMPONENTS = TOOLS.map((name) => ({
  name,
  absent: () => (toolAt(name) ? undefined : `no ${name}: node scripts/fetch-tools.mjs fetches it`),
}));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
