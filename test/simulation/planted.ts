import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { keepOnly, minimise } from '../../src/proof/simulate/plan/minimise.ts';
import type { planOf } from '../../src/proof/simulate/plan/plan.ts';
import type { simulate } from '../../src/proof/simulate/run.ts';
import type { Mutant } from './mutants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'src');

/** Inside node_modules, so that packages resolve and no tool takes the copies for sources. */
const folder = join(root, 'node_modules', '.cache', `onrush-mutants-${process.pid}`);
const healthy = join(folder, 'healthy');

export interface Simulator {
  planOf: typeof planOf;
  simulate: typeof simulate;
  minimise: typeof minimise;
  keepOnly: typeof keepOnly;
}

/** Compiles the program once, to be copied for each mutant. */
export function compileProgram(): void {
  for (const file of sources(source))
    write(healthy, file, compiled(file, readFileSync(join(source, file), 'utf8')));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
}

export function forgetPrograms(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The simulator of a program with one defect in it. */
export async function simulatorOf(mutant: Mutant, number: number): Promise<Simulator> {
  const program = join(folder, `mutant-${number}`);
  cpSync(healthy, program, { recursive: true });
  write(program, mutant.file, compiled(mutant.file, planted(mutant)));
  const module = (file: string) =>
    import(/* @vite-ignore */ pathToFileURL(join(program, 'proof/simulate', file)).href);
  const parts = await Promise.all(['plan/plan.js', 'run.js', 'plan/minimise.js'].map(module));
  return Object.assign({}, ...parts) as Simulator;
}

/** The source with the defect in it. Throws when the place of the defect is not there any more. */
export function planted({ name, file, edits }: Mutant): string {
  let text = readFileSync(join(source, file), 'utf8');
  for (const { find, replace } of edits) {
    const pieces = text.split(find);
    if (pieces.length !== 2) {
      throw new Error(
        `"${name}": ${file} has ${pieces.length - 1} places of ${JSON.stringify(find)}, not one`,
      );
    }
    text = pieces.join(replace);
  }
  return text;
}

function sources(path: string): string[] {
  return (readdirSync(path, { recursive: true }) as string[]).filter((file) => /\.(ts|lua)$/.test(file));
}

function compiled(file: string, text: string): string {
  if (!file.endsWith('.ts')) return text;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  return outputText;
}

function write(program: string, file: string, text: string): void {
  const target = join(program, file.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
