/** A public key as JSON (RFC 8037), for whoever checks codes without asking us. */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** The key, base64url. */
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/**
 * Ed25519 signatures (RFC 8032) with the house's keys. The first key signs and all of them verify, so that a key can be
 * changed without killing the codes that are out. Pure: the same text gives the same signature.
 */
export interface Signatures {
  /** Of the key that signs: eight hex digits, from the key itself. */
  readonly keyId: string;
  /** 64 bytes over the UTF-8 of a text. */
  sign(text: string): Uint8Array;
  /** False for a key that we do not have, too. Never throws. */
  verify(keyId: string, text: string, signature: Uint8Array): boolean;
  /** The one that signs first. */
  publicKeys(): readonly PublicKey[];
}
