import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticketKeys } from '../../../src/adapters/system/ticket-keys.ts';
import { fromBase32, toBase32 } from '../../../src/ticket/base32.ts';
import { claimsOf, codeOf } from '../../../src/ticket/code.ts';
import { keys, OTHER_SEED, SEED, ticketOf } from './tickets.ts';

const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('a code', () => {
  it('states the ticket, its event and when it was issued', () => {
    fc.assert(
      fc.property(
        whole,
        whole,
        fc.integer({ min: 1, max: 100 }),
        whole,
        (orderId, seatId, revision, eventId) => {
          const ticket = ticketOf({ id: { orderId, seatId, revision }, eventId });
          const { id, issuedAt } = ticket;
          expect(claimsOf(codeOf(ticket, keys), keys)).toEqual({ id, eventId, issuedAt });
        },
      ),
    );
  });

  it('is the same each time, in the characters that a QR code packs best, and short', () => {
    const code = codeOf(ticketOf(), keys);
    expect(codeOf(ticketOf(), keys)).toBe(code);
    expect(code).toMatch(/^ONR1\.[A-Z2-7]+\.[A-Z2-7]{103}$/);
    expect(code.length).toBeLessThanOrEqual(154); // What version 6 of a QR code holds with correction M.
  });

  it('is read in small letters and between blanks, too', () => {
    const code = codeOf(ticketOf(), keys);
    expect(claimsOf(` ${code.toLowerCase()}\n`, keys)).toEqual(claimsOf(code, keys));
  });

  it('with any one character changed is not one of ours', () => {
    const code = codeOf(ticketOf(), keys);
    fc.assert(
      fc.property(
        // The last character carries one spare bit or more, which signs nothing and is refused by the reader.
        fc.integer({ min: 0, max: code.length - 1 }),
        fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567.'),
        (at, character) => {
          fc.pre(code[at] !== character);
          expect(claimsOf(code.slice(0, at) + character + code.slice(at + 1), keys)).toBeUndefined();
        },
      ),
    );
  });

  it('that is none is refused, whatever it is', () => {
    const code = codeOf(ticketOf(), keys);
    for (const text of [
      '',
      'ONR1',
      'ONR1..',
      `${code}.A`,
      code.slice(0, -1),
      code.replace('ONR1', 'ONR2'),
      'x'.repeat(9_999),
    ])
      expect(claimsOf(text, keys), text.slice(0, 40)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => claimsOf(text, keys) === undefined));
  });
});

describe('keys', () => {
  const code = codeOf(ticketOf(), keys);

  it('that are new sign, and the old ones go on to verify', () => {
    const rotated = ticketKeys(`${OTHER_SEED}\n${SEED}`);
    expect(claimsOf(code, rotated)).toEqual(claimsOf(code, keys));
    const signedAnew = codeOf(ticketOf(), rotated);
    expect(signedAnew).not.toBe(code);
    expect(claimsOf(signedAnew, rotated)).toEqual(claimsOf(code, keys));
    expect(rotated.publicKeys().map(({ kid }) => kid)).toEqual([rotated.keyId, keys.keyId]);
  });

  it('that were taken out verify no more', () => {
    expect(claimsOf(code, ticketKeys(OTHER_SEED))).toBeUndefined();
  });

  it('that are none are refused at the start', () => {
    for (const secrets of ['', ' , ', 'abc', `${SEED},zz`, SEED.slice(1)])
      expect(() => ticketKeys(secrets)).toThrow();
  });

  it('sign as RFC 8032 does', () => {
    // Its test 1, of the empty text.
    const rfc = ticketKeys('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    expect(Buffer.from(rfc.sign('')).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    expect(Buffer.from(rfc.publicKeys()[0]?.x ?? '', 'base64url').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
  });
});

describe('base32', () => {
  it('reads what it wrote, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase32(toBase32(bytes))).toEqual(bytes);
      }),
    );
    expect(toBase32(new TextEncoder().encode('foobar'))).toBe('MZXW6YTBOI'); // RFC 4648, section 10
    for (const text of ['A', 'MZXW6YTBOJ', 'm', '1', 'MZXW6YTBOI='])
      expect(fromBase32(text), text).toBeUndefined();
  });
});
