import type { AnyDigest } from '../../../../src/contract/draw.ts';

/** Undefined where the browser does not hash: on a page that came neither over HTTPS nor from this machine. */
export function browserDigest(): AnyDigest | undefined {
  // Typed as always there, which it is not.
  const subtle: SubtleCrypto | undefined = crypto.subtle;
  if (!subtle) return undefined;
  return {
    sha256: async (data) => new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(data))),
    async hmacSha256(key, data) {
      const how = { name: 'HMAC', hash: 'SHA-256' };
      const imported = await subtle.importKey('raw', new Uint8Array(key), how, false, ['sign']);
      return new Uint8Array(await subtle.sign('HMAC', imported, new Uint8Array(data)));
    },
  };
}
