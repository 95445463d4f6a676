/** The kinds of values a setting can have. */
import { isIP } from 'node:net';

export interface Setting<T> {
  /** The value, or a sentence that completes "NAME must be …". */
  read(text: string): { value: T } | { expected: string };
  fallback: T;
  /** As it stands in `.env.example`; derived from the fallback when absent. */
  sample?: string;
  unit?: string;
  about: string;
  /** May also be given as NAME_FILE, the path of a file that holds it. */
  secret?: true;
}

/** What was given to the settings of a table. */
export type Given<Settings> = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

export type Described = { about: string; unit?: string };
/** A delay drawn anew for each use, both ends included. */
export interface MillisRange {
  minMillis: number;
  maxMillis: number;
}

export const text = (about: string): Setting<string | undefined> => ({
  read: (value) => ({ value }),
  fallback: undefined,
  about,
});
export const secret = (about: string): Setting<string | undefined> => ({ ...text(about), secret: true });

export function matching(
  fallback: string,
  pattern: RegExp,
  expected: string,
  about: string,
): Setting<string> {
  return { read: (value) => (pattern.test(value) ? { value } : { expected }), fallback, about };
}

export function whole<F extends number | undefined>(
  fallback: F,
  bounds: { min: number; max: number },
  described: Described,
): Setting<number | F> {
  const expected = `a whole number from ${bounds.min} to ${bounds.max}${described.unit ? ` (${described.unit})` : ''}`;
  const read = (given: string) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return value >= bounds.min && value <= bounds.max ? { value } : { expected };
  };
  return { read, fallback, ...described };
}

export const DAY_SECONDS = 86_400;

/** Whole seconds. */
export const seconds = (fallback: number, bounds: { min: number; max: number }, about: string) =>
  whole(fallback, bounds, { about, unit: 'seconds' });

const YES = new Set(['true', '1', 'yes', 'on']);
const NO = new Set(['false', '0', 'no', 'off']);
export function flag<F extends boolean | undefined>(fallback: F, about: string): Setting<boolean | F> {
  const read = (given: string) => {
    const word = given.toLowerCase();
    if (YES.has(word)) return { value: true };
    return NO.has(word) ? { value: false } : { expected: 'true or false' };
  };
  return { read, fallback, about };
}

export function choice<const T extends string, F extends T | undefined>(
  choices: readonly T[],
  fallback: F,
  about: string,
): Setting<T | F> {
  const read = (given: string) => {
    const value = choices.find((each) => each === given);
    return value === undefined ? { expected: `one of ${choices.join(', ')}` } : { value };
  };
  return { read, fallback, about };
}

export function list(
  isItem: (item: string) => boolean,
  expected: string,
  about: string,
): Setting<readonly string[]> {
  const read = (given: string) => {
    const value = given
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return value.every(isItem) ? { value } : { expected };
  };
  return { read, fallback: [], sample: '', about };
}

const KEY = /^([\w.-]{1,40}):([A-Za-z0-9+/_-]{22,512}={0,2})$/;

/** Named keys of 16 bytes or more. */
export function keyRing(about: string): Setting<readonly { kid: string; key: Uint8Array }[]> {
  const expected = 'kid:base64 pairs separated by commas, each key 16 bytes or more';
  const read = (given: string) => {
    const keys = given.split(',').map((item) => KEY.exec(item.trim()));
    const value = keys.flatMap((found) =>
      found ? [{ kid: found[1] ?? '', key: Buffer.from(found[2] ?? '', 'base64') }] : [],
    );
    const isWhole =
      value.length === keys.length && new Set(value.map(({ kid }) => kid)).size === value.length;
    return isWhole ? { value } : { expected };
  };
  return { read, fallback: [], sample: '', about, secret: true };
}

export const share = (about: string): Setting<number> => ({
  read: (given) =>
    /^(0(\.\d+)?|1(\.0+)?)$/.test(given) ? { value: Number(given) } : { expected: 'a number from 0 to 1' },
  fallback: 0,
  about,
});

export const millisRange = (about: string): Setting<MillisRange> => ({
  read: (given) => {
    const [, min = '', max = min] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(given) ?? [];
    const value = { minMillis: Number(min), maxMillis: Number(max) };
    if (min === '' || value.minMillis > value.maxMillis)
      return { expected: 'milliseconds, or a range such as 500-1500' };
    return { value };
  },
  fallback: { minMillis: 0, maxMillis: 0 },
  sample: '0',
  unit: 'ms',
  about,
});

const ADDRESS_RANGE = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/;
export const isAddressRange = (item: string) => {
  const [, address = '', bits = '0'] = ADDRESS_RANGE.exec(item) ?? [];
  return isIP(address) !== 0 && Number(bits) <= (isIP(address) === 4 ? 32 : 128);
};
/** `host:port`. */
const NODE = /^(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})$/;
export const isNode = (item: string) => {
  const [, , port = '0'] = NODE.exec(item) ?? [];
  return Number(port) > 0 && Number(port) <= 65_535;
};
export const NODES = 'pairs of host:port, separated by commas';
export const isHostName = (item: string) => /^[\w-]+(\.[\w-]+)*$/.test(item);
export const isOrigin = (item: string) => URL.canParse(item) && new URL(item).origin === item;
export const ORIGINS = 'origins such as https://tickets.example, separated by commas';
