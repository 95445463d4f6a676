/**
 * SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104), at once. Pure: the same bytes give the same hash everywhere, which
 * is what lets a browser recompute a draw. A text is hashed as its UTF-8.
 */
export interface Digest {
  sha256(data: Uint8Array | string): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
}
