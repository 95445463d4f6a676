/** The address of a server with a user, in its parts, as they are meant: what was percent-encoded is decoded. */
export interface ServerAddress {
  /** With its colon, as in `redis:`. */
  protocol: string;
  host: string;
  /** Undefined where it is the usual one. */
  port: number | undefined;
  user: string;
  password: string;
  /** Without the slash before it. */
  path: string;
  /** Whether anything is said behind the path. */
  hasOptions: boolean;
}

/** Undefined for what is no address, also when a percent sign in it stands for nothing. */
export function addressIn(text: string): ServerAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return undefined;
  const [user, password, path] = [url.username, url.password, url.pathname.replace(/^\//, '')].map(decoded);
  if (user === undefined || password === undefined || path === undefined) return undefined;
  return {
    protocol: url.protocol,
    host: withoutBrackets(url.hostname),
    port: url.port === '' ? undefined : Number(url.port),
    user,
    password,
    path,
    hasOptions: url.search !== '',
  };
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
}

/** A web address that ends with its host or port. */
export function isWebOrigin(text: string): boolean {
  return isWebAddress(text) && /^https?:\/\/[^/]+$/.test(text);
}

/** `host:port`, of which it is known that it is that. */
export function nodeAt(node: string): { host: string; port: number } {
  const at = node.lastIndexOf(':');
  return { host: withoutBrackets(node.slice(0, at)), port: Number(node.slice(at + 1)) };
}

/** What percent signs stand for; undefined where one stands for nothing. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
