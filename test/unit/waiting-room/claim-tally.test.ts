import { describe, expect, it } from 'vitest';
import { ClaimTally } from '../../../src/waiting-room/claim-tally.ts';

describe('who looks for seats no more', () => {
  it('is whoever has a claim or has bought, and not who gave it back', () => {
    const tally = new ClaimTally();
    tally.begin(1, 'owner');
    tally.begin(2, undefined);
    tally.claimed(2, 'buyer');
    tally.ended(2, 'buyer', 'sold');
    tally.claimed(3, 'undecided');
    tally.ended(3, undefined, 'given-back');
    expect(['owner', 'buyer', 'undecided', 'stranger'].map(tally.claimants.has)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is whoever let his claim run out, until he claims again', () => {
    const tally = new ClaimTally();
    tally.claimed(1, 'sleeper');
    tally.ended(1, undefined, 'lapsed');
    expect(tally.claimants.has('sleeper')).toBe(true);
    tally.claimed(1, 'sleeper');
    tally.ended(1, undefined, 'given-back');
    expect(tally.claimants.has('sleeper')).toBe(false);
  });

  it('is remembered of as many as there may be, and no more', () => {
    const tally = new ClaimTally();
    for (let each = 0; each < 20_000; each++) {
      tally.claimed(1, `sleeper ${each}`);
      tally.ended(1, undefined, 'lapsed');
    }
    expect(tally.claimants.has('sleeper 0')).toBe(false);
    expect(tally.claimants.has('sleeper 19999')).toBe(true);
  });
});

describe('the share of claims that come back', () => {
  it('begins as a belief and follows what happens, each claim counted once', () => {
    const tally = new ClaimTally();
    expect(tally.returningShare).toBeCloseTo(0.1);
    for (let seat = 0; seat < 90; seat++) {
      tally.claimed(seat, 'buyer');
      tally.claimed(seat, 'buyer');
      tally.ended(seat, 'buyer', 'sold');
    }
    expect(tally.returningShare).toBeCloseTo(0.01);
    for (let seat = 0; seat < 9; seat++) tally.ended(seat, undefined, 'given-back');
    expect(tally.returningShare).toBeCloseTo(10 / 109);
  });
});
