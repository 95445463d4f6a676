import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpReceiver, otlpReceiver } from '../backends/otlp-receiver.ts';
import { type StripeServer, stripeServer } from '../backends/provider-servers/stripe.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { type Program, startProgram } from '../system/program.ts';
import { book, openSale, tryPay } from '../system/sale.ts';
import { builtIn, importsOf, PACKAGE, packagesIn, ROOT } from './image-tree.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-image-'));
  await builtIn(folder);
  await packagesIn(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Of every file that was built there, a hash of its bytes. */
function contents(tree: string): Record<string, string> {
  const files = ['dist', 'web/dist'].flatMap((built) =>
    readdirSync(join(tree, built), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(files.sort().map((file) => [relative(tree, file), hash(file)]));
}

describe('the tree of the image', () => {
  it('is built from what the Dockerfile copies and no more', () => {
    for (const path of ['dist/main.js', 'dist/adapters/redis/lua', 'web/dist/index.html.br'])
      expect(existsSync(join(folder, path)), path).toBe(true);
  });

  it('has the same bytes when it is built in another folder, at another hour of the day', async () => {
    const other = mkdtempSync(join(tmpdir(), 'onrush-the-same-image-'));
    // Of the first one's sources, should somebody be at work in the repository.
    await builtIn(other, { repository: folder, env: { TZ: 'Asia/Seoul', LANG: 'ko_KR.UTF-8' } });
    const again = contents(other);
    rmSync(other, { recursive: true });
    expect(Object.keys(again).length).toBeGreaterThan(500);
    expect(again).toEqual(contents(folder));
  });

  it('asks for no package of the developers', () => {
    const asked = importsOf(join(folder, 'dist')).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? '');
    expect(asked).toContain('fastify');
    expect(asked.filter((name) => !(name in PACKAGE.dependencies))).toEqual([]);
  });

  it('has nothing for compilers and debuggers in its packages, and their terms', () => {
    const left = (tree: string, which: RegExp) =>
      readdirSync(join(tree, 'node_modules'), { recursive: true, encoding: 'utf8' }).filter((path) =>
        which.test(path),
      );
    expect(left(folder, /\.map$|\.d\.[cm]?ts$/)).toEqual([]);
    const terms = (tree: string, name: string) =>
      readdirSync(join(tree, 'node_modules', name)).filter((file) => /licen[cs]e|notice/i.test(file));
    const names = Object.keys(PACKAGE.dependencies);
    for (const name of names) expect(terms(folder, name), name).toEqual(terms(ROOT, name));
    expect(names.flatMap((name) => terms(folder, name)).length).toBeGreaterThan(names.length / 2);
  });

  it('can import all that it asks for: the clients of every back end, too', async () => {
    const names = importsOf(join(folder, 'dist'));
    expect(names).toEqual(expect.arrayContaining(['@platformatic/kafka', '@redis/client', 'pg', 'mysql2']));
    const script = names.map((name) => `await import('${name}');`).join('\n');
    const words = ['--input-type=module', '--eval', script];
    await promisify(execFile)(process.execPath, words, { cwd: folder });
  });
});

describe('a program in the tree of the image', () => {
  let collector: OtlpReceiver;
  let stripe: StripeServer;
  let program: Program;
  beforeAll(async () => {
    collector = await otlpReceiver();
    stripe = await stripeServer();
    program = await startProgram({
      main: join(folder, 'dist/main.js'),
      env: {
        NODE_ENV: 'production',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        PAYMENT_PROVIDER: 'stripe',
        STRIPE_SECRET_KEY: stripe.secretKey,
        STRIPE_ORIGIN: `http://127.0.0.1:${stripe.port}`,
      },
    });
  });
  afterAll(async () => {
    await program?.stop();
    await stripe?.stop();
    await collector?.stop();
  });

  it('sells by Stripe, prints the tickets, and tells a collector of it', async () => {
    const anyone = clientOf(program);
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
    const { booking_id } = await book(anyone, 'ann', eventId, seatIds);
    expect((await tryPay(anyone, 'ann', booking_id, 'pm_card_visa')).body.status).toBe('CONFIRMED');
    const tickets = `/api/v1/bookings/${booking_id}/tickets`;
    const pdf = await eventually(
      () => anyone.as('ann').get(`${tickets}.pdf`),
      ({ status }) => status === 200,
    );
    expect(pdf.text).toMatch(/^%PDF-/);
    expect((await anyone.as('ann').get(`${tickets}.ics`)).text).toMatch(/^BEGIN:VCALENDAR/);
    await eventually(
      () => collector.spans.map(({ name }) => name),
      (names) => names.includes('stripe authorize'),
    );
  });

  it.each(['/', '/docs/', '/redoc/'])('shows %s, with the scripts that it loads', async (path) => {
    const anyone = clientOf(program);
    const page = await anyone.get(path);
    expect(page.status).toBe(200);
    const scripts = [...page.text.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map(([, at = '']) => at);
    expect(scripts).not.toEqual([]);
    for (const script of scripts) {
      const { pathname } = new URL(script, program.url + path);
      expect((await anyone.get(pathname)).status, pathname).toBe(200);
    }
  });
});
