const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * Under which address a caller is limited: who has one address of IPv6 has the 2^64 of its network, and would be somebody
 * new with each request. What is no address is taken as it is.
 */
export function callerAddress(ip: string): string {
  if (!ip.includes(':')) return ip;
  const mapped = MAPPED_IPV4.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = ip.split('::', 2);
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const gap = tail === undefined ? 0 : GROUPS - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill('0'), ...right].slice(0, NETWORK_GROUPS);
  const isAddress =
    groups.length === NETWORK_GROUPS && groups.every((group) => /^[\da-f]{1,4}$/i.test(group));
  return isAddress ? `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64` : ip;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':', GROUPS);
}
