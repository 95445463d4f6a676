import { describe, expect, it } from 'vitest';
import { bodyOf, expectRefusal, organiserOf } from './client.ts';
import { expectResolved } from './references.ts';
import { sharedProgram } from './shared-program.ts';

const { program, anyone } = sharedProgram();

describe('/asyncapi.json', () => {
  it('describes the streams', async () => {
    const document = bodyOf(
      await anyone.get<{ asyncapi: string; channels: Record<string, { address: string }> }>('/asyncapi.json'),
    );
    expect(document.asyncapi).toMatch(/^3\./);
    expect(
      Object.values(document.channels)
        .map((channel) => channel.address)
        .sort(),
    ).toEqual([
      '/api/events/{id}/seats/stream',
      '/api/reservations/v5/subscribe',
      '/api/v1/events/{id}/map/events',
      '/api/v1/events/{id}/waiting-room/events',
      '/api/v1/events/{id}/waitlist/events',
      '/api/v1/waiting-queue/subscribe',
      '/api/v1/ws/events/{id}/map',
      '/api/v1/ws/events/{id}/waiting-room',
      '/api/v1/ws/events/{id}/waitlist',
      '/api/v2/reservations/{request_id}/events',
      '/api/v2/ws/reservation/{request_id}',
      '/api/v2/ws/user/{user_id}',
      '/status/{user_id}/events',
      '/ws/events/{event_id}/seats',
      '/ws/status/{user_id}',
    ]);
    expectResolved(document);
  });
});

describe.each(['/docs', '/redoc'])('%s', (path) => {
  it('is served from here, with all that it loads', async () => {
    let answer = await anyone.get(path);
    let at = path;
    for (let hop = 0; hop < 3 && answer.status >= 300 && answer.status < 400; hop++) {
      at = new URL(answer.headers.location as string, program.url + at).pathname;
      answer = await anyone.get(at);
    }
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    const loaded = [...answer.text.matchAll(/<(?:script|link|img)\b[^>]*\b(?:src|href)="([^"]+)"/g)].map(
      ([, address]) => address as string,
    );
    expect(loaded.length).toBeGreaterThan(0);
    for (const address of loaded) {
      const url = new URL(address, program.url + (at.endsWith('/') ? at : `${at}`));
      expect(url.origin, address).toBe(program.url);
      expect((await anyone.get(url.pathname)).status, address).toBe(200);
    }
  });
});

describe('every answer', () => {
  it('carries the trace, the caller’s own when he sent one', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const paths = [
      '/health',
      '/api/v1/events',
      '/api/v1/events/999',
      '/nowhere',
      '/openapi.json',
      '/docs',
      '/',
    ];
    for (const path of paths) {
      const plain = await anyone.get(path);
      expect(plain.headers['trace-id'], path).toMatch(/^[0-9a-f]{32}$/);
      expect(plain.headers['x-request-id'], path).toBeTruthy();
      const traced = await anyone.get(path, {
        traceparent: `00-${trace}-00f067aa0ba902b7-01`,
        'x-request-id': 'mine-1',
      });
      expect(traced.headers['trace-id'], path).toBe(trace);
      expect(traced.headers['x-request-id'], path).toBe('mine-1');
    }
    for (const broken of ['00-0-0-01', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'x'])
      expect((await anyone.get('/health', { traceparent: broken })).headers['trace-id']).toMatch(
        /^(?!0{32})[0-9a-f]{32}$/,
      );
  });

  it('to no such address is 404, to no such method 405 with those that there are', async () => {
    expectRefusal(await anyone.get('/api/v1/nowhere'), {
      status: 404,
      code: 'NOT_FOUND',
      message: 'Nothing is found at this address',
    });
    for (const [method, path, allowed] of [
      ['delete', '/api/v1/events', ['GET', 'POST']],
      ['delete', '/api/v1/events/1', ['GET', 'PATCH']],
      ['patch', '/api/v1/bookings/1', ['GET']],
      ['delete', '/api/v1/reservations/1/extend', ['POST']],
      ['delete', '/api/v1/reservations/cancel-batch', ['POST']],
      ['delete', '/api/reservations/v1/optimistic', ['POST']],
      ['delete', '/api/reservations/v5/subscribe', ['GET']],
      ['delete', '/api/reservations/v6/7', ['GET']],
    ] as const) {
      const answer = method === 'delete' ? await anyone.delete(path) : await anyone.patch(path, {});
      expectRefusal(answer, { status: 405, code: 'METHOD_NOT_ALLOWED' });
      const allow = (answer.headers.allow ?? '')
        .split(/,\s*/)
        .filter((each) => !['HEAD', 'OPTIONS'].includes(each));
      expect(allow.sort()).toEqual([...allowed]);
    }
  });
});

describe('operations', () => {
  it('/health says what runs', async () => {
    expect(bodyOf(await anyone.get('/health'))).toMatchObject({
      status: 'healthy',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      api_versions: ['v1', 'v2'],
    });
  });

  it('/metrics is for the organiser, and names no buyer', async () => {
    expectRefusal(await anyone.get('/metrics'), { status: 401, code: 'IDENTITY_REQUIRED' });
    expectRefusal(await anyone.as('ann').get('/metrics'), { status: 403, code: 'ORGANISER_ONLY' });
    await anyone.as('canary-buyer').get('/api/v1/bookings');
    const answer = await organiserOf(program).get('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^# HELP /m);
    expect(answer.text).not.toContain('canary');
    expect(answer.text).not.toContain(program.adminToken);
  });
});
