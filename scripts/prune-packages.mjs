// Removes from a folder of packages what nobody reads while the program runs: about half of its bytes. For images; run it
// after what lists the packages (`npm sbom`) has run: node scripts/prune-packages.mjs node_modules
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Whatever else is said here: the terms under which a package is given go with it. */
const TERMS = /(?:licen[cs]e|notice|copying|authors)[^.]*(?:\.(?:md|markdown|txt))?$/i;

/** Where the terms are said by those who have no file of their own for them. */
const README = /^readme/i;

/** For compilers, debuggers and readers. */
const FILES = /\.(?:map|[cm]?ts|md|markdown|flow)$/;

/** Beside the `package.json` of a package: how its authors work on it. */
const FOLDERS = /^(?:\..+|tests?|__tests__|coverage|benchmarks?|examples?|docs)$/;

/** Of single packages: builds for browsers, and all fonts but the two that tickets are printed in. */
const PATHS = [
  /^pdfkit\/js\/pdfkit\.(?:browser|standalone|old)\b/,
  /^@fontsource\/nanum-gothic\/files\/(?!nanum-gothic-korean-[47]00-normal\.woff$)/,
];

/** Compiled for another C library than that of this machine, which is that of the image. */
const OTHER_LIBRARY = process.report.getReport().header.glibcVersionRuntime ? /-musl$/ : /-gnu$/;

const root = process.argv[2];
if (!root || !existsSync(root)) {
  console.error('usage: node scripts/prune-packages.mjs <folder of packages>');
  process.exit(1);
}
let removed = 0;
for (const name of packagesIn(root)) prune(root, name);
console.log(`removed ${Math.round(removed / 1e6)} MB`);

/** Names with their scopes. */
function packagesIn(folder) {
  return readdirSync(folder).flatMap((entry) => {
    if (entry.startsWith('.')) return [];
    return entry.startsWith('@')
      ? readdirSync(join(folder, entry)).map((name) => `${entry}/${name}`)
      : [entry];
  });
}

function prune(folder, name) {
  if (OTHER_LIBRARY.test(name)) return remove(join(folder, name));
  const entries = readdirSync(join(folder, name), { withFileTypes: true });
  const saysTerms = entries.some((entry) => TERMS.test(entry.name));
  for (const entry of entries) {
    if (!saysTerms && README.test(entry.name)) continue;
    const path = join(folder, name, entry.name);
    if (entry.name === 'node_modules') for (const nested of packagesIn(path)) prune(path, nested);
    else if (entry.isDirectory() && FOLDERS.test(entry.name)) remove(path);
    else walk(folder, `${name}/${entry.name}`, entry);
  }
}

function walk(folder, path, entry) {
  if (entry.isDirectory()) {
    for (const below of readdirSync(join(folder, path), { withFileTypes: true }))
      walk(folder, `${path}/${below.name}`, below);
  } else if (!TERMS.test(entry.name) && (FILES.test(path) || PATHS.some((each) => each.test(path))))
    remove(join(folder, path));
}

function remove(path) {
  removed += sizeOf(path);
  rmSync(path, { recursive: true });
}

function sizeOf(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0);
}
