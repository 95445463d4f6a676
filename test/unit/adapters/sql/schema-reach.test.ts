import { describe, expect, it } from 'vitest';
import { onlyAdds, servedBy } from '../../../../src/adapters/sql/schema-reach.ts';

describe('a change of the tables', () => {
  it.each([
    [
      'a table',
      ['CREATE TABLE shelf (id BIGINT NOT NULL PRIMARY KEY)', 'CREATE INDEX shelf_id ON shelf (id)'],
    ],
    [
      'a unique index on a table of its own',
      ['CREATE TABLE a (id BIGINT)', 'CREATE UNIQUE INDEX x ON a (id)'],
    ],
    ['a column that may be empty', ['ALTER TABLE orders ADD COLUMN note TEXT']],
    ['a column with a value', ['ALTER TABLE orders ADD COLUMN n BIGINT NOT NULL DEFAULT 0']],
    ['nothing', []],
  ])('that adds %s leaves older programs alone', (_, statements) => {
    expect(onlyAdds(statements)).toBe(true);
  });

  it.each([
    'ALTER TABLE orders ADD COLUMN n BIGINT NOT NULL',
    'ALTER TABLE orders ADD COLUMN n BIGINT UNIQUE',
    'ALTER TABLE orders ADD COLUMN n BIGINT, DROP COLUMN reference',
    'ALTER TABLE orders RENAME COLUMN reference TO name',
    'ALTER TABLE orders DROP COLUMN reference',
    'CREATE UNIQUE INDEX one_each ON orders (user_id)',
    "UPDATE orders SET state = 'DONE'",
    'DROP TABLE orders',
    'DROP INDEX order_reference',
  ])('such as %s ends what was before it', (statement) => {
    expect(onlyAdds(['CREATE TABLE a (id BIGINT)', statement])).toBe(false);
  });

  it('may take an index away that demands nothing of a row, and no other', () => {
    const made = ['CREATE INDEX slow ON orders (user_id)', 'CREATE UNIQUE INDEX once ON orders (reference)'];
    const serves = (dropped: string) => servedBy(19, (version) => (version === 19 ? [dropped] : made));
    expect(serves('DROP INDEX slow')).toBeLessThan(19);
    expect(serves('DROP INDEX slow ON orders')).toBeLessThan(19);
    for (const other of ['DROP INDEX once', 'DROP INDEX unheard_of']) expect(serves(other)).toBe(19);
  });

  it('serves the programs of all versions since the last that did more than add', () => {
    const statements: Record<number, string[]> = {
      18: ['CREATE TABLE a (id BIGINT)'],
      19: ['DROP TABLE a'],
      20: ['CREATE TABLE b (id BIGINT)'],
      21: ['ALTER TABLE b ADD COLUMN n BIGINT'],
    };
    const serves = (version: number) => servedBy(version, (each) => statements[each] ?? ['DROP']);
    expect([17, 18, 19, 20, 21].map(serves)).toEqual([17, 17, 19, 19, 19]);
  });

  it('serves no program that does not ask', () => {
    expect(servedBy(5, () => [])).toBe(5);
    expect(servedBy(17, () => [])).toBe(17);
  });
});
