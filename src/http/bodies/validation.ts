import { Ajv, type ErrorObject } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { fieldMessage } from '../messages/fields.ts';
import { type Language, languageOf } from '../messages/sentence.ts';
import { DATE_TIME_FORMAT, MONEY_FORMAT, MONEY_NUMBER_FORMAT } from './formats.ts';

/** Bodies with more values than this report their first error only, so that a hostile one cannot buy a million messages. */
const THOROUGH_VALUES = 1_000;
const LONGEST_DETAIL = 20;

/**
 * Bodies are taken as they are; what comes as text (path, query) is read as the type its schema names. Nothing is
 * ever removed in silence.
 */
export function schemaCompiler(): FastifySchemaCompiler<object> {
  const shared = {
    removeAdditional: false,
    useDefaults: true,
    strict: true,
    strictTypes: false,
    formats,
  } as const;
  const fast = new Ajv({ ...shared, coerceTypes: false });
  const thorough = new Ajv({ ...shared, coerceTypes: false, allErrors: true });

  return ({ schema, httpPart }) => {
    if (httpPart !== 'body') return textValidator(thorough, schema);
    const isValid = fast.compile(schema);
    // The second, slower validator is only ever compiled for a route that somebody sends nonsense to.
    let explain: ReturnType<Ajv['compile']> | undefined;
    return (body: unknown) => {
      if (isValid(body)) return true;
      // The framework shows a missing body as null. A body of which every field may be absent may be absent itself.
      if (body === null) {
        const empty = {};
        return isValid(empty) ? { value: empty } : { error: new InvalidPart(NO_BODY) };
      }
      let errors = isValid.errors;
      if (countValues(body, THOROUGH_VALUES) < THOROUGH_VALUES) {
        explain ??= thorough.compile(schema);
        if (!explain(body)) errors = explain.errors;
      }
      return { error: new InvalidPart(errors ?? []) };
    };
  };
}

/** Validates path and query after reading each text as the type that its schema names. */
function textValidator(ajv: Ajv, schema: object) {
  const isValid = ajv.compile(schema);
  const { properties = {} } = schema as { properties?: Record<string, { type?: unknown }> };
  const types = Object.entries(properties).map(([name, { type }]) => [name, type] as const);
  return (part: Record<string, unknown>) => {
    for (const [name, type] of types) {
      const text = part[name];
      if (typeof text === 'string' && text.includes(NUL)) return { error: new InvalidPart(noText(name)) };
      part[name] = readAs(text, type);
    }
    return isValid(part) || { error: new InvalidPart(isValid.errors ?? []) };
  };
}

/** Percent-decoding makes it; PostgreSQL takes it in no text and would have us answer that it is away. */
const NUL = '\u0000';
const noText = (name: string) => [{ keyword: 'text', instancePath: `/${name}`, schemaPath: '', params: {} }];

const WHOLE = /^-?\d{1,17}$/;

/** What seed 000 reads as yes and no: its clients in Python send `True`. */
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on', 't', 'y'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off', 'f', 'n'].map((word) => [word, false] as const),
]);

/** Text that is not just such a value stays text, for the schema to refuse: "1e3", "0x10" and " 7" are no numbers here. */
function readAs(text: unknown, type: unknown): unknown {
  if (typeof text !== 'string') return text;
  if (type === 'integer' && WHOLE.test(text)) return Number(text);
  if (type === 'boolean') return TRUTHS.get(text.toLowerCase()) ?? text;
  return text;
}

const formats = {
  'iso-date-time': DATE_TIME_FORMAT,
  money: MONEY_FORMAT,
  'money-number': MONEY_NUMBER_FORMAT,
};

const NO_BODY = [{ keyword: 'required', instancePath: '', schemaPath: '', params: {} }];

/** The framework hands the errors on untouched when they come inside an Error. */
export class InvalidPart extends Error {
  override name = 'InvalidPart';
  readonly errors: readonly ErrorObject[];

  constructor(errors: readonly ErrorObject[]) {
    super('invalid');
    this.errors = errors;
  }
}

/** A field the schema does not know is its own refusal, because price, status or role there is never a mere slip. */
export function validationRefusal(
  errors: readonly ErrorObject[],
  acceptLanguage: string | undefined,
): Refusal {
  const language = languageOf(acceptLanguage);
  const unknown = errors.find((each) => each.keyword === 'additionalProperties');
  const reported = errors.filter(isTelling).slice(0, LONGEST_DETAIL);
  const detail = reported.map((each) => ({ field: fieldOf(each), message: messageOf(each, language) }));
  return unknown
    ? refuse('UNKNOWN_FIELD', { field: fieldOf(unknown) }, { detail })
    : refuse('VALIDATION_FAILED', {}, { detail });
}

/** "anyOf" repeats what its branches said; of a union that allows null, "must be null" helps nobody. */
function isTelling(error: ErrorObject, _index: number, all: readonly ErrorObject[]): boolean {
  if (all.length === 1) return true;
  return error.keyword !== 'anyOf' && !(error.keyword === 'type' && error.params.type === 'null');
}

function fieldOf({ instancePath, keyword, params }: ErrorObject): string {
  const named = keyword === 'required' ? params.missingProperty : params.additionalProperty;
  const path = `${instancePath}${typeof named === 'string' ? `/${named.slice(0, 100)}` : ''}`;
  return path === '' ? 'body' : path.slice(1).replaceAll('/', '.');
}

function messageOf({ keyword, params }: ErrorObject, language: Language): string {
  return fieldMessage(language, keyword === 'format' ? String(params.format) : keyword, params);
}

function countValues(value: unknown, enough: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const each of Object.values(value)) {
    count += countValues(each, enough - count);
    if (count >= enough) return count;
  }
  return count;
}
