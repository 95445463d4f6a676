/** A part of an OpenAPI document. */
type Part = Record<string, unknown>;
type Operation = Part & { operationId?: string; tags?: string[]; parameters?: Part[]; security?: unknown[] };

/** POSTs that change nothing of worth, or are the same when they are repeated: no answer of theirs is kept. */
const UNKEYED =
  /waiting-room|waiting-queue|check-availability|stream-tickets|queue\/join|presence|process_queue|reset|waitlist\/serve|webhooks/;
/** Without a security scheme, and yet with an effect of worth. */
const OPEN_EDITIONS = new Set(['concerts', 'rush', 'train']);

/**
 * Says of requests what the routes' schemas cannot: a name for generated clients, that whoever asks need not say who he is, that
 * what has a default may be left out, and which header makes a repeated request the same one.
 */
export function describeRequests(paths: Record<string, Record<string, Operation>>): void {
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) {
      for (const parameter of operation.parameters ?? [])
        if (hasDefault(parameter.schema)) parameter.required = false;
      withoutDefaultsRequired(operation.requestBody);
      if (method === 'post' && isKeyed(path, operation)) withKey(path, operation);
      operation.operationId = nameOf(method, path);
      operation.security ??= [];
    }
}

/** It follows from method and path, so it stays as long as they do: `postApiV1EventsByIdSeats`. */
function nameOf(method: string, path: string): string {
  const words = path.replaceAll('{', 'by-').match(/[A-Za-z0-9]+/g) ?? [];
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function isKeyed(path: string, { security, tags = [] }: Operation): boolean {
  const hasEffect = security !== undefined || tags.some((tag) => OPEN_EDITIONS.has(tag));
  return hasEffect && !UNKEYED.test(path);
}

function withKey(path: string, operation: Operation): void {
  operation.parameters ??= [];
  operation.parameters.push({
    name: 'Idempotency-Key',
    in: 'header',
    required: path === '/api/orders',
    description: 'The same key with the same request is answered again, with no second effect',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  });
}

function hasDefault(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'default' in schema;
}

function withoutDefaultsRequired(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  const schema = part as Part;
  if (Array.isArray(schema.required)) {
    const properties = (schema.properties ?? {}) as Part;
    schema.required = schema.required.filter((name: string) => !hasDefault(properties[name]));
    if ((schema.required as string[]).length === 0) delete schema.required;
  }
  for (const child of Object.values(schema)) withoutDefaultsRequired(child);
}
