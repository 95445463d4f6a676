/** Characters of a header that are read; no browser sends half as many. */
export const LONGEST_WEIGHED = 400;

/**
 * What an Accept or Accept-Language header asks for, in its order, in small letters, with the weight of each (RFC 9110):
 * 1 where it names none, 0 where nobody can read it. Parameters other than the weight are left out.
 */
export function weightsIn(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const range of header.slice(0, LONGEST_WEIGHED).toLowerCase().split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (name === '' || weights.has(name)) continue;
    const weight = parameters.find((parameter) => WEIGHT.test(parameter));
    weights.set(name, weight === undefined ? 1 : Number(weight.replace(WEIGHT, '')) || 0);
  }
  return weights;
}

const WEIGHT = /^q\s*=\s*/;

/** Whether a page is rather wanted than JSON. Who names neither, or takes anything, is a program. */
export function prefersPage(accept: string | undefined): boolean {
  const weights = weightsIn(accept ?? '');
  const page = weights.get('text/html') ?? 0;
  const json = weights.get('application/json') ?? 0;
  if (page !== json) return page > json;
  const named = [...weights.keys()].find((type) => type === 'text/html' || type === 'application/json');
  return page > 0 && named === 'text/html';
}
