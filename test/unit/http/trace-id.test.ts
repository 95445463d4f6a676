import { describe, expect, it } from 'vitest';
import { callerIn, traceIds } from '../../../src/http/trace-id.ts';
import { countingRandom } from './kit.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER = 'a'.repeat(32);
const SHORT = 'a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

const traceOf = (headers: Record<string, string>): string =>
  traceIds(countingRandom())({ headers } as Parameters<ReturnType<typeof traceIds>>[0]);
const FRESH = traceOf({});

it('every request without a trace gets another one', () => {
  const next = traceIds(countingRandom());
  const drawn = Array.from({ length: 300 }, () => next({ headers: {} } as Parameters<typeof next>[0]));
  expect(new Set(drawn).size).toBe(300);
  for (const trace of drawn) expect(trace).toMatch(/^[0-9a-f]{32}$/);
});

describe('the caller’s trace is continued', () => {
  it.each([
    ['W3C', { traceparent: `00-${TRACE}-${SPAN}-01` }],
    ['W3C of a later version', { traceparent: `01-${TRACE}-${SPAN}-01-more` }],
    ['B3 in one header', { b3: `${TRACE}-${SPAN}` }],
    ['B3 that says whether it is sampled', { b3: `${TRACE}-${SPAN}-1` }],
    ['B3 that names its parent', { b3: `${TRACE}-${SPAN}-d-${SHORT}` }],
    ['B3 in several headers', { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': '1' }],
    ['W3C before B3', { traceparent: `00-${TRACE}-${SPAN}-01`, b3: `${OTHER}-${SPAN}` }],
    ['B3 in one header before several', { b3: `${TRACE}-${SPAN}`, 'x-b3-traceid': OTHER }],
    ['B3 where W3C makes no sense', { traceparent: 'nonsense', b3: `${TRACE}-${SPAN}` }],
  ])('%s', (_, headers) => {
    expect(traceOf(headers)).toBe(TRACE);
  });

  it.each([
    ['in one header', { b3: `${SHORT}-${SPAN}-0` }],
    ['in several', { 'x-b3-traceid': SHORT }],
  ])('a short B3 id %s has zeros in front', (_, headers) => {
    expect(traceOf(headers)).toBe(`${'0'.repeat(16)}${SHORT}`);
  });
});

describe('a trace that is none is not', () => {
  it.each([
    { traceparent: `ff-${TRACE}-${SPAN}-01` },
    { traceparent: `00-${'0'.repeat(32)}-${SPAN}-01` },
    { traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-01` },
    { b3: '0' },
    { b3: '1' },
    { b3: TRACE },
    { b3: `${TRACE}-${SPAN}-2` },
    { b3: `${'0'.repeat(16)}-${SPAN}` },
    { b3: `${TRACE}-${SPAN}-1\r\nx` },
    { 'x-b3-traceid': `${TRACE}0` },
    { 'x-b3-traceid': '0'.repeat(32) },
    { 'x-b3-sampled': '1' },
  ])('%o', (headers) => {
    expect(traceOf(headers as Record<string, string>)).toBe(FRESH);
  });
});

describe('the caller’s place in the trace', () => {
  it.each([
    ['W3C', { traceparent: `00-${TRACE}-${SPAN}-01` }, '01'],
    ['W3C, not sampled', { traceparent: `00-${TRACE}-${SPAN}-00` }, '00'],
    ['B3 in one header', { b3: `${TRACE}-${SPAN}-1` }, '01'],
    ['B3, not sampled', { b3: `${TRACE}-${SPAN}-0` }, '00'],
    ['B3 that leaves it to us', { b3: `${TRACE}-${SPAN}` }, '01'],
    ['B3 in several headers', { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': '0' }, '00'],
  ])('%s', (_, headers, flags) => {
    expect(callerIn(headers as Record<string, string>)).toBe(`00-${TRACE}-${SPAN}-${flags}`);
  });

  it.each([
    {},
    { 'x-b3-traceid': TRACE },
    { 'x-b3-traceid': TRACE, 'x-b3-spanid': '0'.repeat(16) },
    { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` },
    { traceparent: 'nonsense' },
  ])('is not known from %o', (headers) => {
    expect(callerIn(headers as Record<string, string>)).toBeUndefined();
  });
});
