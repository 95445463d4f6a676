import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { describe } from 'vitest';
import type { SeatView } from '../../src/contract/seat.ts';
import { CHROMIUM, componentPresent } from '../backends/registry.ts';
import { startProgram } from '../system/program.ts';

const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const CHROMIUM_FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** For whatever a page is waited for: only what never comes takes so long. */
const PATIENCE_MILLIS = 60_000;

interface HallWish {
  readonly rows: number;
  readonly seatsInRow: number;
  readonly holdSeconds?: number;
}

export interface Shop {
  readonly url: string;
  /** A visitor with a browser of their own: fresh storage, so another buyer. */
  visit(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** An event on sale with one section "Floor" of these rows, seats A1, A2, … */
  createEvent(hall: HallWish): Promise<{ eventId: number; seats: readonly SeatView[] }>;
  /** Asks the API as some user, and returns the parsed body of a success. */
  ask<T>(path: string, request?: { userId?: string; body?: unknown }): Promise<T>;
  /** What the organiser changes. */
  change(path: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Whom the page takes its visitor for. */
export async function userIdOf(page: Page): Promise<string> {
  const identity = String(await page.evaluate("localStorage.getItem('onrush.identity')"));
  return (JSON.parse(identity) as { state: { userId: string } }).state.userId;
}

/** Runs where a browser is; without one its tests count as skipped, and BACKENDS=all makes that a failure. */
export const describeInBrowser = describe.skipIf(!componentPresent('chromium'));

/** The real program with the page as it is built now, and a real browser. */
export async function openShop(env: Record<string, string> = {}): Promise<Shop> {
  await buildPage();
  const program = await startProgram({ env });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  const ask = asker(program);
  const change = (path: string, body: unknown) => ask(path, { body, method: 'PATCH' });
  return {
    url: program.url,
    ask,
    change,
    visit: (path, options) => visit(browser, new URL(path, program.url).href, options),
    async createEvent({ rows, seatsInRow, holdSeconds = 600 }) {
      const event = await ask<{ event_id: number }>('/api/v1/events', {
        body: {
          event_name: 'Winter Concert',
          event_date: '2027-12-24T19:00:00',
          venue_name: 'Onrush Arena',
          total_seats: rows * seatsInRow,
          currency: 'KRW',
          hold_seconds: holdSeconds,
        },
      });
      const body = Array.from({ length: rows * seatsInRow }, (_, index) => seatInput(index, seatsInRow));
      const seats = await ask<SeatView[]>(`/api/v1/events/${event.event_id}/seats`, { body });
      await ask(`/api/v1/events/${event.event_id}/start-sale`, { body: {} });
      return { eventId: event.event_id, seats };
    },
    async close() {
      await browser.close();
      await program.stop();
    },
  };
}

/**
 * Builds the page unless what is built is newer than every source. Test files run side by side: what one built stays in
 * place for the others, as the same sources give the same files.
 */
async function buildPage(): Promise<void> {
  const built = await stat(join(WEB, 'dist/index.html')).catch(() => undefined);
  const names = await readdir(WEB, { recursive: true });
  const sources = names.filter((name) => !name.startsWith('dist'));
  const times = await Promise.all(sources.map(async (name) => (await stat(join(WEB, name))).mtimeMs));
  if (built && Math.max(...times) <= built.mtimeMs) return;
  await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'warn', build: { emptyOutDir: false } });
}

function seatInput(index: number, seatsInRow: number) {
  const row = Math.floor(index / seatsInRow);
  const name = String.fromCharCode(65 + row);
  const place = (index % seatsInRow) + 1;
  return {
    seat_number: `${name}${place}`,
    section: 'Floor',
    row_number: name,
    price: '90000',
    x: place,
    y: row * 1.2,
  };
}

interface Request {
  userId?: string;
  body?: unknown;
  method?: string;
}

function asker({ url, adminToken }: { url: string; adminToken: string }) {
  return async <T>(path: string, { userId = 'rival', body, method = 'POST' }: Request = {}) => {
    const response = await fetch(new URL(path, url), {
      method: body === undefined ? 'GET' : method,
      headers: { 'X-User-ID': userId, 'X-Token': adminToken, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
