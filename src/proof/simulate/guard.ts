import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Violation } from './violation.ts';

/** The folder that holds the program: calls from elsewhere, such as a test runner's own, are not ours to judge. */
const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SELF = fileURLToPath(import.meta.url);

type Methods = Record<string, (...given: unknown[]) => unknown>;

const FORBIDDEN: readonly [owner: object, name: string, methods: readonly string[]][] = [
  [globalThis, '', ['setTimeout', 'setInterval', 'setImmediate', 'fetch']],
  [Math, 'Math.', ['random']],
  [performance, 'performance.', ['now']],
  [crypto, 'crypto.', ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID']],
  [globalThis.crypto, 'crypto.', ['getRandomValues', 'randomUUID']],
  [Socket.prototype, 'Socket.', ['connect']],
];

/**
 * Makes the program's real clocks, timers, dice and sockets throw until the result is called: whatever reaches for
 * them inside a simulation would make a seed mean two things.
 */
export function guardReality(): () => void {
  const undo: (() => void)[] = [];
  for (const [owner, name, methods] of FORBIDDEN) {
    for (const method of methods) undo.push(forbid(owner as Methods, method, name + method));
  }
  undo.push(forbidDates());
  syncBuiltinESMExports();
  return () => {
    for (const each of undo.reverse()) each();
    syncBuiltinESMExports();
  };
}

function forbid(owner: Methods, method: string, name: string): () => void {
  const real = owner[method];
  if (!real) return () => undefined;
  const own = Object.getOwnPropertyDescriptor(owner, method);
  const guarded = function (this: unknown, ...given: unknown[]) {
    refuse(name);
    return real.apply(this, given);
  };
  Object.defineProperty(owner, method, { value: guarded, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(owner, method, own);
    else delete owner[method];
  };
}

function forbidDates(): () => void {
  const Real = globalThis.Date;
  class GuardedDate extends Real {
    constructor(...given: [] | [string | number | Date]) {
      if (given.length === 0) refuse('new Date()');
      super(...(given as [number]));
    }
    static override now(): number {
      refuse('Date.now');
      return Real.now();
    }
  }
  globalThis.Date = GuardedDate as DateConstructor;
  return () => {
    globalThis.Date = Real;
  };
}

/** Only when one of our own files is among the callers. */
function refuse(name: string): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const callers = (new Error().stack ?? '').split('\n');
  Error.stackTraceLimit = limit;
  const isOurs = (line: string) =>
    line.includes(PROGRAM) && !line.includes(SELF) && !line.includes('at async');
  if (callers.some(isOurs)) throw new Violation(0, `${name} was used inside the simulation`);
}
