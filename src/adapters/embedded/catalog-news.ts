import type { CatalogNews } from '../../catalog/ports/catalog-news.ts';

/** Of the one process there is: it knows what it changed. */
export function embeddedCatalogNews(): CatalogNews {
  return { changed: async () => undefined, listen: () => () => undefined };
}
