import { expect, it } from 'vitest';
import { clientOf, type ErrorBody } from './client.ts';
import { eventually } from './eventually.ts';
import { startProgram } from './program.ts';

it('says at SIGTERM that it wants no more requests, and answers them until that was noticed', async () => {
  const program = await startProgram({ env: { DRAIN_SECONDS: '4' } });
  const anyone = clientOf(program);
  expect((await anyone.get('/ready')).status).toBe(200);
  const stopped = program.stop();
  const ready = () => anyone.get<ErrorBody>('/ready');
  const told = await eventually(ready, ({ status }) => status === 503);
  expect(told.body.detail).toBe('it is being stopped');
  expect(told.headers['retry-after']).toBe('1');
  expect((await anyone.get('/api/v1/events')).status).toBe(200);
  expect((await anyone.get('/health')).status).toBe(200);
  await stopped;
  await expect(anyone.get('/health')).rejects.toThrow();
});
