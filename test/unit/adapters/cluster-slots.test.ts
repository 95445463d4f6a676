import { expect, it } from 'vitest';
import { slotMap, slotOf } from '../../../src/adapters/redis/connection/cluster-slots.ts';

it.each([
  ['foo', 12_182],
  ['123456789', 12_739],
  ['{user1000}.following', 3_443],
  ['{user1000}.followers', 3_443],
  ['foo{}{bar}', 8_363],
  ['foo{{bar}}zap', 4_015],
  ['foo{bar}{zap}', 5_061],
])('puts %s where Redis does (cluster specification)', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});

it('reads which server has which slots; one that does not know its own address is where it was asked', () => {
  const asked = { host: 'seen-here', port: 7_000 };
  const map = slotMap(
    [
      [0, 99, ['10.0.0.1', 7_000], ['10.0.0.2', 7_000]],
      [100, 16_383, ['', 7_001]],
    ],
    asked,
  );
  expect(map.ranges).toEqual([
    { first: 0, last: 99, master: { host: '10.0.0.1', port: 7_000 } },
    { first: 100, last: 16_383, master: { host: 'seen-here', port: 7_001 } },
  ]);
  expect([...map.nodes.keys()]).toEqual(['10.0.0.1:7000', '10.0.0.2:7000', 'seen-here:7001']);
});
