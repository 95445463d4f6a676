import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { type Figure, figuresOn, sharedLook } from '../../../src/telemetry/figures.ts';
import { HandClock } from '../../backends/hand-clock.ts';

function given(...figures: Figure[]) {
  const clock = new HandClock();
  const registry = new Registry();
  const show = figuresOn({ registry }, clock);
  for (const figure of figures) show(figure);
  const samples = async () => (await registry.metrics()).split('\n').filter((line) => /^[a-z]/.test(line));
  return { clock, samples };
}

it('a figure is looked up at each scrape, one value for each value of its label', async () => {
  let asked = 0;
  const { samples } = given(
    { name: 'asked', help: 'x', read: () => ++asked },
    { name: 'seats', help: 'x', label: 'state', read: async () => ({ SOLD: asked, HELD: 2 }) },
  );
  expect(await samples()).toEqual(['asked 1', 'seats{state="SOLD"} 1', 'seats{state="HELD"} 2']);
  expect(await samples()).toContain('asked 2');
});

it('a label that is gone is not told any more', async () => {
  const readings = [{ a: 1 }, { b: 1 }];
  const { samples } = given({ name: 'up', help: 'x', label: 'what', read: () => readings.shift() });
  expect(await samples()).toEqual(['up{what="a"} 1']);
  expect(await samples()).toEqual(['up{what="b"} 1']);
});

it('what cannot be told now is left out, and the rest is told', async () => {
  const away = () => Promise.reject(new Unavailable('away'));
  const { samples } = given(
    { name: 'away', help: 'x', read: away },
    { name: 'here', help: 'x', read: () => 1 },
  );
  expect(await samples()).toEqual(['here 1']);
});

it('a scrape waits two seconds for what does not answer', async () => {
  const silent = () => new Promise<never>(() => undefined);
  const { clock, samples } = given(
    { name: 'silent', help: 'x', read: silent },
    { name: 'here', help: 'x', read: () => 1 },
  );
  const scrape = samples();
  await new Promise(setImmediate);
  clock.advance(2_000);
  expect(await scrape).toEqual(['here 1']);
});

it('figures of one look share it for a second', async () => {
  const clock = new HandClock();
  let looks = 0;
  const look = sharedLook(clock, async () => ++looks);
  expect(await Promise.all([look(), look()])).toEqual([1, 1]);
  clock.advance(1_000);
  expect(await look()).toBe(2);
});
