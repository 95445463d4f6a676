import { expect } from 'vitest';
import { bodyOf, type Client } from '../client.ts';

interface Operation {
  requestBody?: unknown;
  responses: Record<string, unknown>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

/** The document has these routes, each with an example of what is sent and of what comes back, where there is a body. */
export async function expectExamples(
  anyone: Client,
  routes: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const { paths, components } = bodyOf(await anyone.get<Document>('/openapi.json'));
  const shown = (part: unknown) => {
    const text = JSON.stringify(part ?? {});
    const named = [...text.matchAll(/#\/components\/schemas\/([\w-]+)/g)].map(([, name = '']) => name);
    return text + named.map((name) => JSON.stringify(components.schemas[name])).join('');
  };
  for (const [path, methods] of Object.entries(routes))
    for (const method of methods) {
      const operation = paths[path]?.[method];
      expect(operation, `${method} ${path}`).toBeDefined();
      const answer = operation?.responses['200'] ?? operation?.responses['201'];
      for (const part of [operation?.requestBody, answer])
        if (shown(part).includes('"schema"')) expect(shown(part), `${method} ${path}`).toContain('"example');
    }
}
