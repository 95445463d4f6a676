import { dataGreeting } from './greeting.ts';
import { Link } from './link.ts';
import { type Address, nameOf, type RedisAccess, type RedisLimits } from './options.ts';

/** The servers of one Redis, of whatever shape: knows which of them has a key. */
export interface Servers {
  /** Of the place where a key of this name would live. */
  linkOf(key: string): Link | undefined;
  /** One link for each server that keeps data of ours now. */
  readonly links: readonly Link[];
  /** Why they cannot be used as a whole; undefined when they can. */
  trouble(): { at: string; cause: unknown } | undefined;
  /**
   * Hears of every refusal by a server, and looks where things are. Returns where to ask instead, when the reply said
   * so, and what must be said there before.
   */
  refused(message: string, link: Link): { link: Link; before: string[][] } | undefined;
  close(): void;
}

export interface ServersNeeds {
  access: RedisAccess;
  limits: RedisLimits;
  /** Some key may now live elsewhere, or the server that has it is another or was restarted. */
  onChange: () => void;
}

/** The link to a server that must be a master. */
export function masterLink(address: Address, { access, limits, onChange }: ServersNeeds): Link {
  return new Link({ address, access, limits, protocol: 2, onUp: onChange, ...dataGreeting('master') });
}

/** One server, always the same. */
export function singleServer(address: Address, needs: ServersNeeds): Servers {
  const link = masterLink(address, needs);
  return {
    linkOf: () => link,
    links: [link],
    trouble: () => (link.isUp ? undefined : { at: nameOf(address), cause: link.failure }),
    refused(message) {
      // It became a replica: it is asked nothing until it is a master again.
      if (message.startsWith('READONLY')) link.drop(new Error('it is a replica'));
      return undefined;
    },
    close: () => link.close(),
  };
}
