/** A rush as it was asked for. Every number is bounded by LIMITS. */
export interface RushOptions {
  /** Where the server listens: a loopback address, http only. */
  url: string;
  buyers: number;
  /** Seats of the hall the rush makes for itself; ignored with `event`. */
  seats: number;
  /** An existing event on sale, instead of one of our own. */
  event?: number;
  /** Organiser's token, sent as X-Token when the event is made. */
  token?: string;
  /** Whether the event that the rush makes for itself has a waiting room; with `event`, the event says it. */
  admission: 'open' | 'waiting_room';
  /** People whom that waiting room lets in, a second. */
  rate: number;
  /** The window in which the buyers arrive. */
  seconds: number;
  /** WebSocket clients that only look at the live map. */
  watchers: number;
  /** Seats a buyer wants, drawn between these. */
  party: { from: number; to: number };
  /** Threads that play buyers; 0 plays them in the calling thread. */
  workers: number;
  /** Open connections over all workers. */
  connections: number;
  /** Same seed, same arrivals and same choices. */
  seed: number;
  /** Where to write the page and the JSON; nothing is written without. */
  report?: string;
  json?: string;
  /** What is rushed, in the report's words; else the server's back ends. */
  label?: string;
  /** JSON of other rushes to stand beside. */
  compare?: readonly string[];
  /** No progress on the terminal. */
  quiet?: true;
}

export const DEFAULTS = {
  url: 'http://127.0.0.1:8000',
  buyers: 50_000,
  seats: 10_000,
  admission: 'open',
  rate: 200,
  seconds: 60,
  watchers: 200,
  party: { from: 1, to: 4 },
  workers: 1,
  connections: 256,
  seed: 42,
} as const satisfies RushOptions;

/** The machine's own limits as well as the server's: a rush ends by itself. */
export const LIMITS = {
  buyers: { from: 1, to: 1_000_000 },
  seats: { from: 1, to: 100_000 },
  rate: { from: 1, to: 10_000 },
  seconds: { from: 1, to: 900 },
  watchers: { from: 0, to: 10_000 },
  workers: { from: 0, to: 16 },
  connections: { from: 1, to: 2_048 },
  seed: { from: 0, to: 2 ** 32 - 1 },
} as const;

/** After the last arrival, buyers get this long to finish; whoever has not is cut off and counted as an error. */
export const GRACE_SECONDS = 30;

/** After the last arrival, whoever still stands in line gives up after this long: part of the grace. */
export const PATIENCE_SECONDS = 15;

/** How long a buyer waits for an answer before trying the same thing again with the same key. */
export const ANSWER_TIMEOUT_MILLIS = 10_000;

/** A rush that was asked for wrongly; the message is for the person at the terminal. */
export class RushRefused extends Error {
  override name = 'RushRefused';
}

/** Throws RushRefused with one sentence on the first option that is out of bounds. */
export function checkOptions(options: RushOptions): void {
  refuseForeignHost(options.url);
  for (const [name, { from, to }] of Object.entries(LIMITS)) {
    const value = options[name as keyof typeof LIMITS];
    if (!Number.isInteger(value) || value < from || value > to) {
      throw new RushRefused(`--${name} must be a whole number from ${from} to ${to}, not ${value}.`);
    }
  }
  const { from, to } = options.party;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to < from || to > 10) {
    throw new RushRefused(`--party must be like 2 or 1-4, between 1 and 10, not ${from}-${to}.`);
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function refuseForeignHost(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:') {
    throw new RushRefused(`--url must be like http://127.0.0.1:8000, not ${url}.`);
  }
  if (!LOOPBACK.test(parsed.hostname)) {
    throw new RushRefused(
      `A rush loads only this machine: ${parsed.hostname} is not a loopback address. Run it beside the server.`,
    );
  }
}
