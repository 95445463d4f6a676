import { expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/sql/database.ts';
import { FreeInRows } from '../../../../src/adapters/sql/seat-rows/free-in-rows.ts';
import { Hall } from '../../../../src/reservation/hall.ts';
import { seatsOf } from '../../../backends/halls.ts';

const HALL = new Hall(1, seatsOf(1, 100), { numbered: true });

/** Rows of seats that are answered, as they then are, when it is told to. */
function slowRows() {
  const readings: { answer(seatIds: readonly number[]): void; fail(): void }[] = [];
  const query = () =>
    new Promise((resolve, reject) => {
      readings.push({
        answer: (seatIds) => resolve(seatIds.map((seat_id) => ({ seat_id }))),
        fail: () => reject(new Error('gone')),
      });
    });
  return { free: new FreeInRows({ query } as unknown as Database), readings };
}

const turn = () => new Promise(setImmediate);
const placesFor = async (free: ReturnType<FreeInRows['fresh']>) => (await free).together({ size: 1 });

it('a crowd that asks while the seats are read shares the next reading, and not the one that began before it', async () => {
  const { free, readings } = slowRows();
  const first = free.fresh(HALL);
  await turn();
  const crowd = [free.fresh(HALL), free.fresh(HALL)];
  await turn();
  expect(readings).toHaveLength(1);
  readings[0]?.answer([]);
  expect(await placesFor(first)).toBeUndefined();
  await turn();
  crowd.push(free.fresh(HALL));
  readings[1]?.answer([101]);
  for (const each of crowd.slice(0, 2)) expect(await placesFor(each)).toEqual([1]);
  await turn();
  expect(readings).toHaveLength(3);
});

it('a reading that fails is no answer to who asks later', async () => {
  const { free, readings } = slowRows();
  const failed = expect(free.fresh(HALL)).rejects.toThrow('gone');
  await turn();
  const later = free.fresh(HALL);
  readings[0]?.fail();
  await failed;
  await turn();
  readings[1]?.answer([103]);
  expect(await placesFor(later)).toEqual([3]);
});
