import { isIP } from 'node:net';

/** A name and, behind it, the port; an address of IPv6 stands in brackets. */
const HOST = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/;
/** Reserved: nobody can have a name beneath them in the public DNS. */
const OWN = /^[^.]*$|\.(?:localhost|internal)$/;

/**
 * Whether the name in `Host` is one of ours: an address, a name without a dot, or one that is named. Any other may be that
 * of a page of elsewhere whose owner lets his name point at this machine, so that a browser takes us for that page's own
 * server and lets it read and do all that we let anybody ("DNS rebinding").
 */
export function ownHosts(named: readonly string[]): (host: string) => boolean {
  const ours = new Set(named.map((name) => name.toLowerCase()));
  let known: string | undefined;
  return (host) => {
    if (host === known) return true;
    const name = HOST.exec(host)?.[1]?.toLowerCase().replace(/\.$/, '');
    if (name === undefined) return false;
    const address = name.startsWith('[') ? name.slice(1, -1) : name;
    if (isIP(address) === 0 && !OWN.test(name) && !ours.has(name)) return false;
    known = host;
    return true;
  };
}
