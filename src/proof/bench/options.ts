import type { BackEnds } from './back-ends.ts';

export interface BenchOptions extends BackEnds {
  /** Turns of no-op and subject; figures are medians over them. */
  rounds: number;
  /** Of each turn. */
  seconds: number;
  connections: number;
  /** WebSocket clients of the broadcast. */
  sockets: number;
  /** File for the figures as JSON. */
  json?: string;
  /** File for the picture of the growth of the cost. */
  svg?: string;
  /** Folder for processor profiles of the measured server. */
  profile?: string;
}

export const DEFAULTS = { rounds: 5, seconds: 3, connections: 128, sockets: 10_000 } as const;
