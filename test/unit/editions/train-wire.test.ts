import { describe, expect, it } from 'vitest';
import { uuid4 } from '../../../src/core/uuid.ts';
import { namedUser, reservedView, statusView } from '../../../src/editions/train/wire.ts';

describe('the words of the train edition', () => {
  it('of who asked for a seat', () => {
    expect(reservedView('a', { is: 'reserved', already: false })).toEqual({
      status: 'reserved',
      user_id: 'a',
    });
    expect(reservedView('a', { is: 'reserved', already: true }).status).toBe('already_reserved');
    const waiting = { is: 'waiting' as const, position: 3, acceptBy: null };
    expect(reservedView('a', { ...waiting, already: false })).toEqual({
      status: 'queued',
      position: 3,
      user_id: 'a',
    });
    expect(reservedView('a', { ...waiting, already: true }).status).toBe('already_in_queue');
  });

  it('of how one stands; an offer says until when', () => {
    expect(statusView('a', { is: 'nobody' })).toEqual({ status: 'not_found', user_id: 'a' });
    expect(statusView('a', { is: 'waiting', position: 1, acceptBy: Date.UTC(2026, 0, 2, 3, 4, 5) })).toEqual({
      status: 'in_queue',
      position: 1,
      user_id: 'a',
      accept_by: '2026-01-02T03:04:05',
    });
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['ann', 'ann'],
    [0, '0'],
    [1.5, '1.5'],
  ])('%j names %j', (named, user) => {
    expect(namedUser(named)).toBe(user);
  });

  it.each(['0'.repeat(32), 'f'.repeat(32), '0123456789abcdef0123456789abcdef'])(
    '%s makes a version 4 UUID',
    (hex) => {
      expect(uuid4(hex)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    },
  );
});
