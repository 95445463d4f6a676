import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where scripts/fetch-tools.mjs puts what it fetches. */
const FETCHED = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'onrush', 'tools');
/** Those first whose version we chose. */
const FOLDERS = [
  ...[join(FETCHED, 'bin'), join(FETCHED, 'locust', 'bin')],
  ...(process.env.PATH ?? '').split(delimiter),
  ...[join(homedir(), 'go', 'bin'), '/usr/sbin'],
];

/** Programs of others that check or drive what is in deploy/. */
const TOOLS = [
  'promtool',
  'prometheus',
  'alertmanager',
  'amtool',
  'docker-compose',
  'helm',
  'actionlint',
  'k6',
  'locust',
] as const;
/** Built only where somebody asks for it: no test that always runs needs it. */
type ToolName = (typeof TOOLS)[number] | 'jaeger';
/** What Debian calls it. */
const ALSO_CALLED: { readonly [name in ToolName]?: string } = { alertmanager: 'prometheus-alertmanager' };

/** Where a tool is; undefined when it is not on this machine. */
export function toolAt(name: ToolName): string | undefined {
  const named = process.env[`${name.toUpperCase().replaceAll('-', '_')}_PATH`];
  if (named && existsSync(named)) return named;
  const names = [name, ALSO_CALLED[name] ?? name];
  return FOLDERS.flatMap((folder) => names.map((each) => join(folder, each))).find(isProgram);
}

/** For the registry: each is reported, and demanded where BACKENDS names it, or `tools`. */
export const TOOL_COMPONENTS = TOOLS.map((name) => ({
  name,
  absent: () => (toolAt(name) ? undefined : `no ${name}: scripts/fetch-tools.mjs or the system has it`),
}));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
