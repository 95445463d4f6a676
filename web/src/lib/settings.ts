/** What the program says of itself in the page: see `src/http/web-app.ts`. */
function setting(name: 'mail' | 'identity' | 'sign-in'): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="onrush-${name}"]`)?.content;
}

/** Whether this shop sends mail. */
export function mailsTickets(): boolean {
  return setting('mail') === 'on';
}

/** Whether buyers are known by a token of whoever signed them in; else by the name that they give themselves. */
export function knowsBuyersByToken(): boolean {
  return setting('identity') === 'token';
}

/** Where buyers sign in; they come back to `returnTo` with their token behind the #. */
export function signInAddress(returnTo: string): string | undefined {
  const page = setting('sign-in');
  if (page === undefined) return undefined;
  const url = new URL(page, location.href);
  url.searchParams.set('return_to', returnTo);
  return url.href;
}
