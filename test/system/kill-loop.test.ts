import { expect, it } from 'vitest';
import { killLoop, verdict } from './kill/loop.ts';

it('killed ten times under load, it loses nothing that was acknowledged and sells nothing twice', async () => {
  const result = await killLoop({ cycles: 10, seed: 42 });
  console.log(verdict(result));
  expect(result.faults).toEqual([]);
  expect(result.requests.ok).toBeGreaterThan(100);
  expect(result.requests.info).toBeGreaterThan(5);
  expect(result.orders).toBeGreaterThan(30);
}, 480_000);
