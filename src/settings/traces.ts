import { decoded, isWebAddress } from './address.ts';
import { choice, type Given, type Setting, secret, share, text, whole } from './kinds.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where traces go, under the names that OpenTelemetry gave these settings. */
export const TRACE_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: text(
    'collector of traces, OTLP over HTTP, such as http://127.0.0.1:4318; unset: nothing is traced',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text('the same with its path, such as http://127.0.0.1:4318/v1/traces'),
  OTEL_EXPORTER_OTLP_HEADERS: secret('headers for the collector, name=value,…'),
  OTEL_SERVICE_NAME: text(
    'name of this process in traces; unset: onrush, with the roles when they run apart',
  ),
  OTEL_TRACES_SAMPLER: choice(
    SAMPLERS,
    'parentbased_always_on',
    'which traces are kept; those with an error, and slow ones, always are',
  ),
  OTEL_TRACES_SAMPLER_ARG: { ...share('share of the traces that a ratio keeps, 0 to 1'), fallback: 1 },
  TRACE_SLOW_MS: whole(
    1_000,
    { min: 1, max: 600_000 },
    { about: 'a request that takes longer is slow: its trace is kept', unit: 'ms' },
  ),
} satisfies Record<string, Setting<unknown>>;

/** Where traces go; undefined where nothing is traced. */
export function tracesOf(
  given: Given<typeof TRACE_SETTINGS>,
  process: { serviceName: string },
  errors: string[],
) {
  const full = given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = given.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = full ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined) return undefined;
  if (!isWebAddress(url))
    errors.push(
      `OTEL_EXPORTER_OTLP_${full === undefined ? '' : 'TRACES_'}ENDPOINT must be an http(s) address`,
    );
  return {
    url,
    headers: headersOf(given.OTEL_EXPORTER_OTLP_HEADERS ?? '', errors),
    serviceName: given.OTEL_SERVICE_NAME ?? process.serviceName,
    sampler: { kind: given.OTEL_TRACES_SAMPLER, share: given.OTEL_TRACES_SAMPLER_ARG },
    slowMillis: given.TRACE_SLOW_MS,
  };
}

function headersOf(text: string, errors: string[]): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const value = decoded(pair.slice(at + 1).trim());
      if (at < 1 || value === undefined)
        errors.push(
          'OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs, separated by commas, with "%" in a value written as %25',
        );
      return [pair.slice(0, at).trim(), value ?? ''];
    }),
  );
}
