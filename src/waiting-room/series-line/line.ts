import type { Millis } from '../../core/clock.ts';

/** What the line of every series obeys. */
export interface LineTerms {
  /** So many may wait before one series. */
  queueMax: number;
  /** So many are let in at once, and then nobody for the interval. */
  batch: number;
  interval: Millis;
  /** How long who was let in may buy. */
  activeMillis: Millis;
}

/** How somebody stands before a series. Who is active, is so for every series. */
export type Standing =
  | { readonly status: 'WAITING' /** From 1. */; readonly rank: number }
  | { readonly status: 'ACTIVE'; readonly leftMillis: Millis }
  | { readonly status: 'REJECTED' | 'NONE' };

/** When people are let in next. */
export interface Pace {
  /** Null while nobody waits. */
  readonly dueAt: Millis | null;
  /** Since when admissions for seats that came back are counted, and how many there were. */
  readonly resaleFrom: Millis;
  readonly resold: number;
}

export const AT_REST: Pace = { dueAt: null, resaleFrom: 0, resold: 0 };

/** The people before one series in the order in which they came, and its pace. Values are never changed in place. */
export interface Line {
  readonly waiting: readonly string[];
  readonly pace: Pace;
}

export const EMPTY_LINE: Line = { waiting: [], pace: AT_REST };

/**
 * Somebody joins at the end; who waits already keeps his place. The first one in an empty line starts the interval, so
 * that no two batches are nearer to each other than it.
 */
export function joined(line: Line, userId: string, now: Millis, terms: LineTerms): Line | 'full' {
  if (line.waiting.includes(userId)) return line;
  if (line.waiting.length >= terms.queueMax) return 'full';
  const pace = line.pace.dueAt === null ? { ...line.pace, dueAt: now + terms.interval } : line.pace;
  return { waiting: [...line.waiting, userId], pace };
}

/** Whose turn has come, and the line without them. */
export function letIn(
  line: Line,
  now: Millis,
  terms: LineTerms,
): { line: Line; admitted: readonly string[] } {
  const { dueAt } = line.pace;
  if (dueAt === null || dueAt > now) return { line, admitted: [] };
  const admitted = line.waiting.slice(0, terms.batch);
  const waiting = line.waiting.slice(terms.batch);
  const pace = { ...line.pace, dueAt: waiting.length > 0 ? now + terms.interval : null };
  return { line: { waiting, pace }, admitted };
}

/**
 * A seat came back: the next one is let in beside the batches. At most a batch of them in an interval, so that who holds
 * and gives back again and again does not empty the line.
 */
export function resold(
  line: Line,
  now: Millis,
  terms: LineTerms,
): { line: Line; admitted: readonly string[] } {
  const isOver = now - line.pace.resaleFrom >= terms.interval;
  const { resaleFrom, resold: before } = isOver ? { resaleFrom: now, resold: 0 } : line.pace;
  const next = line.waiting[0];
  if (next === undefined || before >= terms.batch) return { line, admitted: [] };
  const waiting = line.waiting.slice(1);
  const dueAt = waiting.length > 0 ? line.pace.dueAt : null;
  return { line: { waiting, pace: { dueAt, resaleFrom, resold: before + 1 } }, admitted: [next] };
}
