import { type Static, type TSchema, Type } from 'typebox';

/** A whole-number id on the wire. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** Ids in a path arrive as text; anything that is not a whole number is 422. */
export const IdParams = Type.Object({ id: Id });

/** ISO 8601 without zone or fraction on the way out, in UTC. */
export const DateTime = Type.String({ description: 'UTC, without zone', examples: ['2026-11-21T00:26:28'] });

export const DateTimeInput = Type.String({
  format: 'iso-date-time',
  description: 'ISO 8601; UTC where it names no zone',
  examples: ['2026-12-24T19:00:00'],
});

/** Money on the wire. */
export const MoneyText = Type.String({
  description: 'Of the event’s currency, with two decimals',
  examples: ['100.50'],
});

export const MoneyInput = Type.Union(
  [Type.String({ format: 'money' }), Type.Number({ format: 'money-number' })],
  {
    description: 'Of the event’s currency, above 0, with at most two decimals',
    examples: ['100.50'],
  },
);

const SOME_USER = { examples: ['user123'] };
export const UserId = Type.String({ minLength: 1, maxLength: 50, ...SOME_USER });
export const UserText = Type.String(SOME_USER);

export const CurrencyText = Type.String({ description: 'ISO 4217', examples: ['KRW'] });

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

/** The one error body; clients of an edition find words of their own beside it. */
export const ErrorBody = Type.With(
  Type.Object({
    code: Type.String({
      description:
        'What was refused, for programs: docs/errors.md has them, docs/api/orders.md those of its edition',
    }),
    message: Type.String({ description: 'The same for people, in English or Korean by Accept-Language' }),
    traceId: Type.String({ description: 'To be quoted to the operator, in whose log it stands' }),
    detail: Type.Unknown({
      description: 'The message again, or each wrong field as {field, message}, or what to do instead',
    }),
    indefinite: Type.Optional(
      Type.Boolean({
        description: 'Whether it happened is unknown: ask again with the same Idempotency-Key',
      }),
    ),
    join_url: Type.Optional(Type.String({ description: 'The line to wait in first' })),
    status: Type.Optional(Type.String({ description: 'Of a waiting room that takes nobody' })),
    cause: Type.Optional(Type.String({ description: 'Only with DEBUG=true' })),
  }),
  {
    $id: 'Error',
    examples: [
      {
        code: 'SEATS_TAKEN',
        message: 'Seats not available: A10, A11',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        detail: 'Seats not available: A10, A11',
      },
    ],
  },
);
export type ErrorBody = Static<typeof ErrorBody>;
