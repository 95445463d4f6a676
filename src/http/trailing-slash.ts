/** Folders of the readers of the documents, whose pages look for their parts beside themselves. */
const READERS = /^\/(?:docs|redoc)\//;

/**
 * The address without a slash at the end of its path. Seeds 000 to 002 send whoever writes one on to the path without it;
 * here it is answered at once.
 */
export function withoutTrailingSlash(url: string): string {
  const end = url.endsWith('/') ? url.length : url.indexOf('/?') + 1;
  return end <= 1 || isInQuery(url, end) || READERS.test(url) ? url : url.slice(0, end - 1) + url.slice(end);
}

function isInQuery(url: string, end: number): boolean {
  const query = url.indexOf('?');
  return query !== -1 && query < end - 1;
}
