/**
 * The rule of the draw, as it is published: with it a buyer's browser, or `onrush verify-shuffle`, recomputes a place
 * without trusting the server. The house commits to a secret before anybody can come; at the opening it publishes the
 * root of a Merkle tree over all entrants, the secret, and a public beacon's value if one was announced. Nobody chose
 * the order: the house did not know who would come, and who came did not know the secret.
 */
export const DRAW_ALGORITHM =
  'onrush-draw-1 (RFC 6962 tree, 10 Feistel rounds on HMAC-SHA-256, cycle walking)';

const VERSION = 'onrush-draw-1';
/** Even, since the halves take turns. */
export const ROUNDS = 10;

/** SHA-256 and HMAC-SHA-256 of bytes, at once or later: browsers only hash later. */
export interface AnyDigest {
  sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** What everybody may know of a draw. Hashes and keys are lower-case hex. */
export interface DrawProof {
  event_id: number;
  algorithm: string;
  /** Published before the first entrant. */
  commitment: string;
  /** Names the public beacon whose value goes into the draw; fixed with the commitment. */
  beacon_source: string | null;
  entrants: number;
  merkle_root: string | null;
  lanes: readonly { lane: string; entrants: number; merkle_root: string }[];
  /** Null until the opening. */
  secret: string | null;
  beacon: string | null;
}

/** What one entrant has. `path` leads from the leaf to the root of the lane's tree. */
export interface DrawReceipt {
  entrant: string;
  leaf: string;
  path: readonly string[];
  lane: string;
  /** From 0, in the order of arrival in the lane. */
  index: number;
  /** From 1. */
  place: number;
}

/** What is hashed into the commitment. */
export function commitmentText(eventId: number, secret: string, beaconSource: string | null): string {
  return `${VERSION}|commitment|${eventId}|${secret}|${beaconSource ?? ''}`;
}

/** What is hashed into the one root of all lanes. */
export function rootsText(lanes: DrawProof['lanes']): string {
  const parts = lanes.map(({ lane, entrants, merkle_root }) => `${lane}:${entrants}:${merkle_root}`);
  return `${VERSION}|roots|${parts.join('|')}`;
}

/** The key of a lane's permutation is the HMAC of this text under the secret. */
export function laneKeyText(
  draw: { eventId: number; root: string; beacon: string | null },
  lane: string,
): string {
  return `${VERSION}|key|${draw.eventId}|${draw.root}|${draw.beacon ?? ''}|${lane}`;
}

/** An entrant as the leaf has it. The nonce keeps neighbours in the tree from guessing who it is. */
export function entrantText(eventId: number, lane: string, index: number, nonce: string, userId: string) {
  return `${eventId}|${lane}|${index}|${nonce}|${userId}`;
}

/** What is hashed into a leaf, as UTF-8: RFC 6962, section 2.1. */
export function leafText(entrant: string): string {
  return `\0${entrant}`;
}

export function leafBytes(entrant: string): Uint8Array {
  return utf8(leafText(entrant));
}

/** What is hashed into a node; written over `into`, for whoever hashes many. */
export function nodeBytes(
  left: Uint8Array,
  right: Uint8Array,
  into = new Uint8Array(1 + left.length + right.length),
): Uint8Array {
  into[0] = 1;
  into.set(left, 1);
  into.set(right, 1 + left.length);
  return into;
}

/** Rounds that one hash of 32 bytes has numbers for, of 48 bits each. */
export const ROUNDS_PER_HASH = 5;

/** What is hashed, under the lane's key, for a round and a half; rounds of one group share the hash. */
export function roundBytes(round: number, half: number): Uint8Array {
  const bytes = new Uint8Array(5);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, Math.floor(round / ROUNDS_PER_HASH));
  view.setUint32(1, half);
  return bytes;
}

/** The number that the hash has for a round. */
export function roundNumber(hash: Uint8Array, round: number): number {
  const at = 6 * (round % ROUNDS_PER_HASH);
  const view = new DataView(hash.buffer, hash.byteOffset);
  return view.getUint32(at) * 0x10000 + view.getUint16(at + 4);
}

/** The value of a round for `half`, one half of the number that is permuted: `roundNumber` of its hash, modulo `size`. */
export type Round = (round: number, half: number, size: number) => number;

/** The two halves' sizes: as near to a square as can be, so that hardly any number falls outside of `count`. */
export function halves(count: number): { left: number; right: number } {
  const left = Math.max(1, Math.ceil(Math.sqrt(count)));
  return { left, right: Math.max(1, Math.ceil(count / left)) };
}

/**
 * Where a number in [0, count) goes: a bijection, by an alternating Feistel network on mixed radices (Black and
 * Rogaway, "Ciphers with Arbitrary Finite Domains", 2002), walked on until it lands in the range again.
 */
export function permuted(index: number, count: number, round: Round): number {
  const size = halves(count);
  let at = index;
  do {
    let left = Math.floor(at / size.right);
    let right = at % size.right;
    for (let number = 0; number < ROUNDS; number += 2) {
      left += round(number, right, size.left);
      if (left >= size.left) left -= size.left;
      right += round(number + 1, left, size.right);
      if (right >= size.right) right -= size.right;
    }
    at = left * size.right + right;
  } while (at >= count);
  return at;
}

/** The number that `permuted` sends to `at`. */
export function unpermuted(at: number, count: number, round: Round): number {
  const size = halves(count);
  let index = at;
  do {
    let left = Math.floor(index / size.right);
    let right = index % size.right;
    for (let number = ROUNDS - 2; number >= 0; number -= 2) {
      right -= round(number + 1, left, size.right);
      if (right < 0) right += size.right;
      left -= round(number, right, size.left);
      if (left < 0) left += size.left;
    }
    index = left * size.right + right;
  } while (index >= count);
  return index;
}

export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

const ENCODER = new TextEncoder();

export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += DIGITS[byte];
  return hex;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Undefined for what is no hex. */
export function bytesOf(hex: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/.test(hex)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}
