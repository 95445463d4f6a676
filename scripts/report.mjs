// `npm run report`: sells 10,000 seats to 100,000 buyers, once with the doors wide open and once through the waiting room, on
// one process and, where they are named, on Redis and a ledger server; writes each as a page and as JSON to docs/report,
// every page beside the others. For a machine that does nothing else.
//   npm run report -- --redis redis://127.0.0.1:6379 --database postgres://user:password@127.0.0.1/onrush
// The Redis must be empty; both are written to. Other words go to `onrush rush`, such as --buyers 20000 --rate 100.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { MAIN, rushed, served } from './served.mjs';

const { values: asked, tokens } = parseArgs({
  strict: false,
  tokens: true,
  options: { redis: { type: 'string' }, database: { type: 'string' }, to: { type: 'string' } },
});
const folder = asked.to ?? fileURLToPath(new URL('../docs/report', import.meta.url));
const OWN = ['redis', 'database', 'to'];
const toRush = process.argv.slice(2).filter((_, index) => !tokens.some((token) => isOurs(token, index)));
const CROWD = '--buyers 100000 --seats 10000 --seconds 46 --rate 250 --watchers 100'.split(' ');

const secret = () => randomBytes(32).toString('hex');
const EMBEDDED = { name: 'one-process', label: 'one process', settings: { REDIS_URL: '', DATABASE_URL: '' } };
const SERVERS = {
  name: 'servers',
  label: 'Redis and a ledger server',
  settings: {
    REDIS_URL: asked.redis,
    DATABASE_URL: asked.database,
    ADMIN_TOKEN: secret(),
    TICKET_KEYS: secret(),
    TOKEN_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  },
};
const grounds = asked.redis && asked.database ? [EMBEDDED, SERVERS] : [EMBEDDED];

mkdirSync(folder, { recursive: true });
const reports = [];
let status = 0;
for (const { name, label, settings } of grounds) {
  for (const admission of ['open', 'waiting_room']) {
    const file = join(folder, admission === 'open' ? name : `${name}-waiting-room`);
    const called = admission === 'open' ? label : `${label}, waiting room`;
    const words = [...CROWD, ...toRush, '--admission', admission, '--label', called];
    const files = ['--json', `${file}.json`, '--report', `${file}.html`];
    const ended = await served(settings, (at) => rush(at, [...words, ...files]));
    // A rush that failed is a report, too; what comes after it is made all the same.
    status ||= ended;
    reports.push({ file, report: JSON.parse(readFileSync(`${file}.json`, 'utf8')) });
  }
}
await besideEachOther(reports);
process.exit(status);

async function rush({ url, token }, words) {
  console.log(`\nonrush rush ${words.join(' ')}`);
  return (await rushed(['--url', url, '--token', token, ...words])) ?? 1;
}

/** Each with itself first, as `--compare` has it; the addresses of the run are nobody's business. */
async function besideEachOther(all) {
  const at = (path) => pathToFileURL(join(dirname(MAIN), 'proof/rush', path)).href;
  const { renderPage } = await import(at('report/page.js'));
  const { comparedOf } = await import(at('result/comparison.js'));
  for (const own of all) {
    const others = all.filter((each) => each !== own).map(({ report }) => comparedOf(report));
    const report = { ...own.report, comparison: [comparedOf(own.report), ...others] };
    writeFileSync(`${own.file}.json`, `${JSON.stringify(report)}\n`);
    writeFileSync(`${own.file}.html`, renderPage(report));
  }
}

function isOurs(token, index) {
  if (token.kind !== 'option' || !OWN.includes(token.name)) return false;
  return index === token.index || (index === token.index + 1 && !token.inlineValue);
}
