import { readdirSync, readFileSync } from 'node:fs';
import type { Millis } from '../../core/clock.ts';

export interface ProcessorTime {
  /** Of all threads: the event loop, the ledger's writer, the pool, the collector. */
  all: Millis;
  /** Of the event loop's thread alone. */
  loop: Millis;
}

/**
 * How long a process ran on a processor. Linux counts it in nanoseconds per thread; elsewhere it is unknown (NaN), for
 * what `ps` shows is too coarse for a round of seconds.
 */
export function processorTime(pid: number): ProcessorTime {
  if (process.platform !== 'linux') return { all: Number.NaN, loop: Number.NaN };
  let all = 0;
  let loop = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const nanos = Number(readThread(pid, thread).split(' ')[0]);
    all += nanos / 1e6;
    if (thread === String(pid)) loop = nanos / 1e6;
  }
  return { all, loop };
}

export function since(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  return { all: after.all - before.all, loop: after.loop - before.loop };
}

/** A thread may end between the listing and the reading. */
function readThread(pid: number, thread: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
  } catch {
    return '0';
  }
}

/** Bytes of memory that a process has; NaN where there is no /proc. */
export function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1_024;
}
