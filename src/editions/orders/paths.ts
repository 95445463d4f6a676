const SERVICES = /^\/ticketing(?:\/(?:catalog|reservation|order|payment))?(?=\/(?:api|admin|actuator)\/)/;

/** Everything is found behind `/ticketing` too, and behind the names of the four services, which stand alone at nginx. */
export function ownPath(url: string): string {
  return url.startsWith('/ticketing/') ? url.replace(SERVICES, '') : url;
}
