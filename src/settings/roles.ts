import { DUTIES, ROLES, type Role, rolesHere, usualPort } from '../roles.ts';
import { isWebOrigin } from './address.ts';
import { type Given, matching, type Setting, secret, text, whole } from './kinds.ts';
import type { SERVER_SETTINGS } from './server.ts';

const roleList: Setting<readonly Role[]> = {
  read(given) {
    const names = given.split(',').map((name) => name.trim());
    const value = names.flatMap((name) => ROLES.find((role) => role === name) ?? []);
    return value.length === names.length ? { value } : { expected: `some of ${ROLES.join(', ')}` };
  },
  fallback: ROLES,
  sample: '',
  about: 'parts of the program that this process is; unset: all of them; also `serve --roles`',
};

/** Which part of the program a process is, and how the parts reach each other. */
export const ROLE_SETTINGS = {
  ROLES: roleList,
  PAYMENT_URL: text(
    'where roles that run apart reach the payment role; unset: http://127.0.0.1:8083 on loopback',
  ),
  INTERNAL_TOKEN: secret('what roles that run apart show each other, 32 characters or more'),
  INTERNAL_TOKEN_BEFORE: secret(
    'the INTERNAL_TOKEN of before, while it is changed: who shows it is let in, and nobody is shown it',
  ),
  INTERNAL_PORT: whole(
    undefined,
    { min: 0, max: 65_535 },
    { about: 'a port of its own for what other roles ask; unset: the one that all use' },
  ),
  INTERNAL_HOST: matching(
    '127.0.0.1',
    /^[\w.:-]{1,255}$/,
    'an address or a host name',
    'address that INTERNAL_PORT listens on; no buyer may reach it',
  ),
  AUDIT_SECONDS: whole(
    60,
    { min: 1, max: 86_400 },
    { about: 'pause between two audits of the ledger by the auditor, at least', unit: 'seconds' },
  ),
} satisfies Record<string, Setting<unknown>>;

type RolesGiven = Given<typeof ROLE_SETTINGS> & Pick<Given<typeof SERVER_SETTINGS>, 'PORT'>;

const SHORTEST_TOKEN = 32;

/** Which roles a process has, and what it needs to know of the others. */
export function rolesOf(given: RolesGiven, process: { loopback: boolean }, errors: string[]) {
  const roles = rolesHere(given.ROLES);
  const token = given.INTERNAL_TOKEN;
  if (token !== undefined && token.length < SHORTEST_TOKEN)
    errors.push(`INTERNAL_TOKEN must have ${SHORTEST_TOKEN} characters or more`);
  const port = given.INTERNAL_PORT;
  return {
    here: roles,
    port: given.PORT ?? usualPort(roles),
    paymentUrl: addressOf('PAYMENT_URL', given.PAYMENT_URL, errors) ?? usualPayment(process),
    internal: {
      token,
      tokenBefore: given.INTERNAL_TOKEN_BEFORE,
      listen: port === undefined ? undefined : { host: given.INTERNAL_HOST, port },
    },
  };
}

function usualPayment({ loopback }: { loopback: boolean }): string | undefined {
  return loopback ? `http://127.0.0.1:${DUTIES.payment.port}` : undefined;
}

function addressOf(name: string, given: string | undefined, errors: string[]): string | undefined {
  const origin = given?.replace(/\/$/, '');
  if (origin !== undefined && !isWebOrigin(origin))
    errors.push(`${name} must be an http(s) origin, such as http://10.0.0.5:8083`);
  return origin;
}

interface Apart {
  roles: ReturnType<typeof rolesOf>;
  backEnds: { redis: unknown; ledger: unknown };
}

/** What is missing for a process that is only a part of the program. */
export function missingApart({ roles: { here, paymentUrl, internal }, backEnds }: Apart): string[] {
  if (here.isWhole) return [];
  const names = here.names.join(',');
  const errors: string[] = [];
  if (!backEnds.redis || !backEnds.ledger)
    errors.push(
      `ROLES=${names} is a part of the program, and the parts share a Redis and a ledger: set REDIS_URL and DATABASE_URL, or leave ROLES unset`,
    );
  if (internal.token === undefined)
    errors.push('roles that run apart need the same INTERNAL_TOKEN; set it, or leave ROLES unset');
  const asksPayment = here.names.some((role) => DUTIES[role].calls.includes('payment'));
  if (asksPayment && !here.has('payment') && paymentUrl === undefined)
    errors.push(`ROLES=${names} asks the payment role: set PAYMENT_URL`);
  return errors;
}
