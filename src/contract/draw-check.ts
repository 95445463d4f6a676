import {
  type AnyDigest,
  bytesOf,
  commitmentText,
  DRAW_ALGORITHM,
  type DrawProof,
  type DrawReceipt,
  hexOf,
  laneKeyText,
  leafBytes,
  nodeBytes,
  permuted,
  rootsText,
  roundBytes,
  roundNumber,
  utf8,
} from './draw.ts';

/** What a check of a receipt found wrong, in the order in which it looks. */
export type DrawFault =
  | 'algorithm unknown'
  | 'not opened'
  | 'commitment does not fit the secret'
  | 'beacon is not as it was announced'
  | 'roots do not fit'
  | 'lane unknown'
  | 'leaf does not fit the entrant'
  | 'entrant is somebody else'
  | 'entrant not in the tree'
  | 'place does not follow';

/** What a buyer knows of himself, and not from the proof or the receipt. Compared when given. */
export interface OwnKnowledge {
  /** As he saw it before the opening; he should have kept it. */
  commitment?: string | undefined;
  /** Who he is: a receipt of somebody else would be as right, and another place. */
  userId?: string | undefined;
}

/** Recomputes a place from the proof and the receipt alone. Undefined when everything fits. */
export async function drawFault(
  proof: DrawProof,
  receipt: DrawReceipt,
  digest: AnyDigest,
  own: OwnKnowledge = {},
): Promise<DrawFault | undefined> {
  if (proof.algorithm !== DRAW_ALGORITHM) return 'algorithm unknown';
  if (proof.secret === null || proof.merkle_root === null) return 'not opened';
  const sha256 = async (data: Uint8Array) => hexOf(await digest.sha256(data));
  const commitment = await sha256(utf8(commitmentText(proof.event_id, proof.secret, proof.beacon_source)));
  if (commitment !== proof.commitment || commitment !== (own.commitment ?? commitment)) {
    return 'commitment does not fit the secret';
  }
  // Who may bring a value that nobody announced can try many, and take the order that he likes.
  if ((proof.beacon === null) !== (proof.beacon_source === null)) return 'beacon is not as it was announced';
  if ((await sha256(utf8(rootsText(proof.lanes)))) !== proof.merkle_root) return 'roots do not fit';
  const lane = proof.lanes.find((each) => each.lane === receipt.lane);
  if (!lane) return 'lane unknown';
  const [eventId, laneName, index] = receipt.entrant.split('|');
  const isNamed =
    Number(eventId) === proof.event_id && laneName === receipt.lane && Number(index) === receipt.index;
  if (!isNamed || (await sha256(leafBytes(receipt.entrant))) !== receipt.leaf)
    return 'leaf does not fit the entrant';
  if (own.userId !== undefined && own.userId !== entrantOf(receipt)) return 'entrant is somebody else';
  const root = await rootOver(receipt, lane.entrants, digest);
  if (root !== lane.merkle_root) return 'entrant not in the tree';
  const draw = { eventId: proof.event_id, root: proof.merkle_root, beacon: proof.beacon };
  const key = await digest.hmacSha256(utf8(proof.secret), utf8(laneKeyText(draw, receipt.lane)));
  const place = 1 + (await permutedLater(receipt.index, lane.entrants, key, digest));
  return place === receipt.place ? undefined : 'place does not follow';
}

/** Whose receipt it is: `entrantText` ends with his name, which may have a bar in it. */
export function entrantOf({ entrant }: DrawReceipt): string {
  return entrant.split('|').slice(4).join('|');
}

/** The root that a leaf and its path lead to (RFC 9162, section 2.1.3.2); undefined when the path has a wrong length. */
async function rootOver(
  { leaf, path, index }: DrawReceipt,
  entrants: number,
  digest: AnyDigest,
): Promise<string | undefined> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= entrants) return undefined;
  let node = bytesOf(leaf);
  let at = index;
  let last = entrants - 1;
  for (const hex of path) {
    const sibling = bytesOf(hex);
    if (!node || !sibling || last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      node = await digest.sha256(nodeBytes(sibling, node));
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else node = await digest.sha256(nodeBytes(node, sibling));
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && node ? hexOf(node) : undefined;
}

class NotYetKnown extends Error {
  readonly round: number;
  readonly half: number;

  constructor(round: number, half: number) {
    super('a round value is not known yet');
    this.round = round;
    this.half = half;
  }
}

/** The same walk with a hash that answers later: as far as the next unknown value, which is fetched, and once more. */
async function permutedLater(
  index: number,
  count: number,
  key: Uint8Array,
  digest: AnyDigest,
): Promise<number> {
  const known = new Map<string, number>();
  for (;;) {
    try {
      return permuted(index, count, (round, half, size) => {
        const value = known.get(`${round} ${half}`);
        if (value === undefined) throw new NotYetKnown(round, half);
        return value % size;
      });
    } catch (error) {
      if (!(error instanceof NotYetKnown)) throw error;
      const { round, half } = error;
      known.set(
        `${round} ${half}`,
        roundNumber(await digest.hmacSha256(key, roundBytes(round, half)), round),
      );
    }
  }
}
