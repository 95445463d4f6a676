import { expect } from 'vitest';

/** Every `$ref` of a document leads somewhere inside it. */
export function expectResolved(document: object): void {
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === '$ref' && typeof child === 'string') {
        expect(child).toMatch(/^#\//);
        const target = child
          .slice(2)
          .split('/')
          .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
          .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
        expect(target, child).toBeDefined();
      } else visit(child);
    }
  };
  visit(document);
}
