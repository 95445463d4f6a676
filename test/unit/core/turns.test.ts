import { expect, it } from 'vitest';
import { Turns } from '../../../src/core/turns.ts';

/** A task that says when it begins, and ends when told. */
function task(log: string[], name: string) {
  let end: (outcome?: Error) => void = () => undefined;
  const run = () =>
    new Promise<string>((resolve, reject) => {
      log.push(name);
      end = (outcome) => (outcome ? reject(outcome) : resolve(name));
    });
  return { run, end: (outcome?: Error) => end(outcome) };
}

const soon = () => new Promise(setImmediate);

it('lets tasks of one key run one after the other, in the order in which they came', async () => {
  const turns = new Turns<string>();
  const log: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => task(log, name)) as [Task, Task, Task];
  const all = [a, b, c].map(({ run }) => turns.take('key', run));
  await soon();
  expect(log).toEqual(['a']);
  a.end();
  await soon();
  expect(log).toEqual(['a', 'b']);
  b.end();
  await soon();
  c.end();
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
});

it('does not let tasks of other keys wait', async () => {
  const turns = new Turns<string>();
  const log: string[] = [];
  const [a, b] = [task(log, 'a'), task(log, 'b')];
  const first = turns.take('one', a.run);
  const second = turns.take('two', b.run);
  b.end();
  expect(await second).toBe('b');
  a.end();
  await first;
});

it('goes on after a task that failed', async () => {
  const turns = new Turns<string>();
  const log: string[] = [];
  const [a, b] = [task(log, 'a'), task(log, 'b')];
  const first = turns.take('key', a.run).catch((error: Error) => error.message);
  const second = turns.take('key', b.run);
  a.end(new Error('failed'));
  expect(await first).toBe('failed');
  await soon();
  b.end();
  expect(await second).toBe('b');
});

type Task = ReturnType<typeof task>;
