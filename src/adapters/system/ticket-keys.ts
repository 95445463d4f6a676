import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { PublicKey, Signatures } from '../../ticket/ports/signatures.ts';

/** DER of an Ed25519 private key (RFC 8410) up to its 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED = /^[0-9a-f]{64}$/i;

interface Key {
  keyId: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  published: PublicKey;
}

/**
 * Signatures with keys that are each given as 64 hex digits (the seed of RFC 8032), separated by commas or white space.
 * The first signs. To change the key, put a new one in front; to disown one that was stolen, take it out.
 * Throws when there is none, or one that is no key.
 */
export function ticketKeys(secrets: string): Signatures {
  const seeds = secrets.split(/[\s,]+/).filter((seed) => seed !== '');
  const wrong = seeds.findIndex((seed) => !SEED.test(seed));
  if (wrong >= 0) throw new Error(`key ${wrong + 1} of the tickets must be 64 hex digits`);
  const keys = seeds.map(keyOf);
  const [first] = keys;
  if (!first) throw new Error('there is no key for the tickets');
  const byId = new Map(keys.map((key) => [key.keyId, key]));
  return {
    keyId: first.keyId,
    sign: (text) => sign(null, Buffer.from(text), first.privateKey),
    verify(keyId, text, signature) {
      const key = byId.get(keyId);
      return (
        key !== undefined &&
        signature.length === 64 &&
        verify(null, Buffer.from(text), key.publicKey, signature)
      );
    },
    publicKeys: () => keys.map(({ published }) => published),
  };
}

function keyOf(seed: string): Key {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.from(seed, 'hex')]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const { x = '' } = publicKey.export({ format: 'jwk' });
  // The thumbprint of RFC 7638, of which eight digits tell a house's few keys apart.
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
  const keyId = thumbprint.digest('hex').slice(0, 8);
  const published: PublicKey = { kty: 'OKP', crv: 'Ed25519', x, kid: keyId, use: 'sig', alg: 'EdDSA' };
  return { keyId, privateKey, publicKey, published };
}
