import { decoded } from './address.ts';
import type { Setting } from './kinds.ts';

/** What stands in examples and manuals: everybody knows it. */
const SAMPLES = new Set(
  `my-secret-token my-secret my_secret secret token password passwd pass admin root test example changeme change-me
  change_me replace-me replace_me your-secret your-secret-key your_secret_key supersecret letmein qwerty 123456 12345678`.split(
    /\s+/,
  ),
);
const SHORTEST = 16;
/** Of 32 random bytes or hex digits, hardly ever fewer are different. */
const LEAST_DIFFERENT = 8;

const OWN = 'choose your own, such as what `openssl rand -hex 32` prints';

/** What is no secret at all, or easily guessed, among the secrets of a production; `settings` says which are secrets. */
export function weakSecrets(
  settings: Readonly<Record<string, Setting<unknown>>>,
  values: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    if (!setting.secret) return [];
    const trouble = troubleWith(name, values[name]);
    return trouble === undefined ? [] : [`${name} ${trouble}`];
  });
}

/** Every secret that was given, to be kept out of the logs; of an address its password. */
export function secretsGiven(
  settings: Readonly<Record<string, Setting<unknown>>>,
  values: Readonly<Record<string, unknown>>,
): string[] {
  const given = Object.keys(settings).flatMap((name) => {
    const value = values[name];
    if (!settings[name]?.secret || value === undefined) return [];
    if (typeof value === 'string') return [value, secretIn(value), ...value.split(/[\s,]+/)];
    const keys = Array.isArray(value) ? (value as { key: Uint8Array }[]) : [];
    return keys.map(({ key }) => Buffer.from(key).toString('base64'));
  });
  return [...new Set(given)].filter((secret) => secret !== '');
}

function troubleWith(name: string, value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const keys = value as { key: Uint8Array }[];
    return keys.some(({ key }) => new Set(key).size < LEAST_DIFFERENT) ? `is not random; ${OWN}` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (SAMPLES.has(secretIn(value).toLowerCase())) return `is a sample that everybody knows; ${OWN}`;
  if (name === 'TICKET_KEYS' && value.split(/[\s,]+/).some(isMonotonous)) return `is not random; ${OWN}`;
  if (name.startsWith('ADMIN_TOKEN') && value.length < SHORTEST)
    return `must have ${SHORTEST} characters or more in production; ${OWN}`;
  return undefined;
}

/** The password of an address, else the text itself. */
function secretIn(text: string): string {
  if (!URL.canParse(text)) return text;
  const { password } = new URL(text);
  return decoded(password) ?? password;
}

function isMonotonous(key: string): boolean {
  return key !== '' && new Set(key.toLowerCase()).size < LEAST_DIFFERENT;
}
