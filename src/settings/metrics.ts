import { flag, type Given, matching, type Setting, whole } from './kinds.ts';

/** What operators are told of the process. */
export const METRIC_SETTINGS = {
  METRICS: flag(true, 'GET /metrics for Prometheus, with the organiser token'),
  METRICS_PORT: whole(
    undefined,
    { min: 0, max: 65_535 },
    { about: 'a port of its own for /metrics, /health and /ready, without a token; unset: none' },
  ),
  METRICS_HOST: matching(
    '127.0.0.1',
    /^[\w.:-]{1,255}$/,
    'an address or a host name',
    'address that METRICS_PORT listens on; no buyer may reach it',
  ),
} satisfies Record<string, Setting<unknown>>;

/** Where the figures are shown apart from the sale; undefined: nowhere. */
export function metricsPortOf({ METRICS_HOST: host, METRICS_PORT: port }: Given<typeof METRIC_SETTINGS>) {
  return port === undefined ? undefined : { host, port };
}
