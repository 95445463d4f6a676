import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemDigest } from '../../../src/adapters/system/digest.ts';
import { utf8 } from '../../../src/contract/draw.ts';

const digest = systemDigest();

describe('the digest of a machine', () => {
  it.each(['', 'ann', '앤|표', 'a half \ud83c of a pair', '\0|\u00ff'])('hashes %j as its UTF-8', (text) => {
    const expected = createHash('sha256').update(utf8(text)).digest('hex');
    expect(Buffer.from(digest.sha256(text)).toString('hex')).toBe(expected);
    expect(digest.sha256(utf8(text))).toEqual(digest.sha256(text));
  });

  it('leaves no pieces outside of the heap', () => {
    const before = process.memoryUsage().arrayBuffers;
    const hashes = Array.from({ length: 10_000 }, (_, each) => digest.sha256(`entrant ${each}`));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(hashes.length);
  });
});
