import { Command, InvalidArgumentError } from 'commander';
import { SignJWT } from 'jose';
import type { Config } from '../config.ts';
import { Unavailable } from '../core/unavailable.ts';

interface Options {
  user: string;
  users: number;
  roles: readonly string[];
  hours: number;
}

/** `onrush token`: users and tokens to try the API with, one a line. Signs with JWT_SECRET, so only where that is the key. */
export function tokenCommand(config: () => Config): Command {
  return new Command('token')
    .description('print sample users with signed tokens (AUTH_MODE=jwt), or with the header that names them')
    .option('--user <name>', 'name of the user, or the beginning of the names', 'user')
    .option('--users <number>', 'how many users', upTo(100_000), 1)
    .option('--roles <roles>', 'roles in the tokens, such as admin,vip,staff', listed, [])
    .option('--hours <number>', 'how long the tokens are good', upTo(24 * 365), 12)
    .action(async (options: Options) => {
      for (const user of usersOf(options)) console.log(await lineOf(user, options, config()));
    });
}

function usersOf({ user, users }: Options): string[] {
  return users === 1 ? [user] : Array.from({ length: users }, (_, index) => `${user}-${index + 1}`);
}

async function lineOf(user: string, { roles, hours }: Options, { identity }: Config): Promise<string> {
  if (identity.mode === 'header') return `${user}\tX-User-ID: ${user}`;
  if (identity.jwtSecret === undefined)
    throw new Unavailable('tokens are signed by whoever owns the keys at JWKS_URL, not here');
  const token = new SignJWT(roles.length > 0 ? { roles } : {})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`);
  if (identity.jwtIssuer !== undefined) token.setIssuer(identity.jwtIssuer);
  if (identity.jwtAudience !== undefined) token.setAudience(identity.jwtAudience);
  return `${user}\tAuthorization: Bearer ${await token.sign(new TextEncoder().encode(identity.jwtSecret))}`;
}

function listed(given: string): string[] {
  return given
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '');
}

const upTo = (most: number) => (given: string) => {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new InvalidArgumentError(`a whole number from 1 to ${most}`);
  return value;
};
