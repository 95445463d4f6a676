import { type Static, type TSchema, Type } from 'typebox';

/** A whole-number id on the wire. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** Ids in a path arrive as text; anything that is not a whole number is 422. */
export const IdParams = Type.Object({ id: Id });

/** ISO 8601 without zone or fraction on the way out, in UTC: 2026-11-21T00:26:28. */
export const DateTime = Type.String({ examples: ['2026-11-21T00:26:28'] });

/** ISO 8601 on the way in; without a zone it is UTC. */
export const DateTimeInput = Type.String({ format: 'iso-date-time', examples: ['2026-12-24T19:00:00'] });

/** Money on the wire: a decimal string with two places. */
export const MoneyText = Type.String({ examples: ['100.50'] });

/** Money on the way in: a decimal string or number with at most two places, above zero. */
export const MoneyInput = Type.Union(
  [Type.String({ format: 'money' }), Type.Number({ format: 'money-number' })],
  {
    examples: ['100.50'],
  },
);

export const UserId = Type.String({ minLength: 1, maxLength: 50, examples: ['user123'] });

/**
 * A value of a plain type, or null. As a list of types and not as a union: the serialiser takes a union's branches
 * apart by validating each value.
 */
export function Nullable<T extends TSchema & { type: string }>(schema: T) {
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] });
}

/** An object that refuses what it does not know. */
export function Strict<T extends Record<string, TSchema>>(
  properties: T,
  options: Record<string, unknown> = {},
) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** The one error body. `detail` repeats the message or carries the field errors or an alternative. */
export const ErrorBody = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    traceId: Type.String(),
    detail: Type.Unknown(),
    indefinite: Type.Optional(Type.Boolean()),
    cause: Type.Optional(Type.String({ description: 'only with DEBUG=true' })),
  },
  { $id: 'Error' },
);
