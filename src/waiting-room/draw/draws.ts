import {
  commitmentText,
  DRAW_ALGORITHM,
  type DrawProof,
  type DrawReceipt,
  entrantText,
  hexOf,
  rootsText,
} from '../../contract/draw.ts';
import { type Clock, type Millis, pause } from '../../core/clock.ts';
import { LatestMap } from '../../core/latest-map.ts';
import type { Random } from '../../core/random.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Establish, Standing } from '../command.ts';
import { LANES, type Lane, type PerLane, perLane } from '../lane.ts';
import type { Digest } from '../ports/digest.ts';
import type { WaitingRoomStore } from '../ports/waiting-room-store.ts';
import type { Drawn, RoomHead } from '../room.ts';
import { BLOCK, EntrantsTree } from './entrants-tree.ts';

export interface DrawsNeeds {
  store: Pick<WaitingRoomStore, 'arrivals' | 'head'>;
  digest: Digest;
  clock: Clock;
  random: Random;
}

const SECRET_BYTES = 32;
const NONCE_BYTES = 8;
/** So many are hashed in a millisecond or two; where another node leads, each reading is a round trip. */
const READ_AT_ONCE = 16 * BLOCK;
/** Rooms whose trees are kept; that of another is grown again when it is asked for. */
const TREES_KEPT = 200;
/** Hashing holds everybody else up for no longer than this. */
const TURN: Millis = 8;

/**
 * The trees of the entrants, which grow behind the joins so that only the last few leaves are missing when the doors
 * open. A tree is made from what is durable, so it is the same after a restart and on every node.
 */
export class Draws {
  readonly #needs: DrawsNeeds;
  readonly #trees = new LatestMap<number, PerLane<EntrantsTree>>({ most: TREES_KEPT });

  constructor(needs: DrawsNeeds) {
    this.#needs = needs;
  }

  /** Secrets for a new room, and what is published of them. */
  fresh(eventId: number, beaconSource: string | null): Establish['fresh'] {
    const { random, digest } = this.#needs;
    const secret = random.hex(SECRET_BYTES);
    const commitment = hexOf(digest.sha256(commitmentText(eventId, secret, beaconSource)));
    return { secret, nonceKey: random.hex(SECRET_BYTES), commitment, beaconSource };
  }

  /** Takes in those who came since, for a moment. Says whether that was everybody. */
  catchUp(eventId: number, head: RoomHead): Promise<boolean> {
    return this.#growFor(this.#treesOf(eventId), eventId, head);
  }

  async #growFor(trees: PerLane<EntrantsTree>, eventId: number, head: RoomHead): Promise<boolean> {
    const { store, clock } = this.#needs;
    const until = clock.now() + TURN;
    for (const lane of LANES) {
      const tree = trees[lane];
      const most = head.frozen?.[lane] ?? Number.MAX_SAFE_INTEGER;
      while (tree.size < most) {
        const from = tree.size;
        const limit = Math.min(READ_AT_ONCE, most - from);
        const arrived = await store.arrivals(eventId, lane, from, limit);
        // Meanwhile somebody else may have taken in the same ones.
        for (const userId of arrived.slice(tree.size - from)) {
          tree.append(this.#entrant(eventId, head, lane, tree.size, userId));
        }
        if (arrived.length < limit) break;
        if (clock.now() >= until) return false;
      }
    }
    return true;
  }

  /** What is published at the opening. Gives way to others while it hashes. */
  async drawnOf(eventId: number, head: RoomHead, beacon: string | null): Promise<Drawn> {
    const trees = await this.#grown(eventId, head);
    const entrants = perLane((lane) => trees[lane].size);
    const roots = perLane((lane) => hexOf(trees[lane].root()));
    const root = hexOf(this.#needs.digest.sha256(rootsText(lanesOf({ entrants, roots }))));
    return { entrants, roots, root, beacon };
  }

  /** `arrived`: how many came so far, who are the entrants until it is fixed who they are. */
  proof(eventId: number, head: RoomHead, arrived: PerLane<number>): DrawProof & { committed_at: Millis } {
    const { drawn, commitment, committedAt, beaconSource } = head;
    const lanes = drawn ? lanesOf(drawn) : [];
    const sofar = head.frozen ?? arrived;
    return {
      event_id: eventId,
      algorithm: DRAW_ALGORITHM,
      commitment,
      committed_at: committedAt,
      beacon_source: beaconSource,
      entrants: LANES.reduce((sum, lane) => sum + sofar[lane], 0),
      merkle_root: drawn?.root ?? null,
      lanes,
      secret: drawn ? head.secret : null,
      beacon: drawn?.beacon ?? null,
    };
  }

  /** Before the opening there is an entrant and a leaf, and no path and place yet. */
  async receipt(
    eventId: number,
    head: RoomHead,
    { lane, number, userId, place }: Standing,
  ): Promise<(Omit<DrawReceipt, 'place'> & { place: number | null }) | Refusal> {
    if (head.frozen && number >= head.frozen[lane]) return refuse('NOT_IN_DRAW');
    const entrant = this.#entrant(eventId, head, lane, number, userId);
    const leaf = hexOf(this.#treesOf(eventId)[lane].leaf(entrant));
    const own = { entrant, leaf, lane, index: number };
    if (place === null || !head.drawn) return { path: [], place: null, ...own };
    const tree = (await this.#grown(eventId, head))[lane];
    const from = number - (number % BLOCK);
    const block = await this.#needs.store.arrivals(eventId, lane, from, BLOCK);
    const read = () => block.map((each, at) => this.#entrant(eventId, head, lane, from + at, each));
    return { path: tree.path(number, read).map(hexOf), place, ...own };
  }

  /** The trees of everybody who came. */
  async #grown(eventId: number, head: RoomHead): Promise<PerLane<EntrantsTree>> {
    const trees = this.#treesOf(eventId);
    while (!(await this.#growFor(trees, eventId, head))) await pause(this.#needs.clock, 1);
    return trees;
  }

  #treesOf(eventId: number): PerLane<EntrantsTree> {
    const known = this.#trees.get(eventId) ?? perLane(() => new EntrantsTree(this.#needs.digest));
    this.#trees.set(eventId, known);
    return known;
  }

  #entrant(eventId: number, { nonceKey }: RoomHead, lane: Lane, index: number, userId: string): string {
    const hash = this.#needs.digest.sha256(`${nonceKey}|${lane}|${index}`);
    return entrantText(eventId, lane, index, hexOf(hash.slice(0, NONCE_BYTES)), userId);
  }
}

function lanesOf({ entrants, roots }: Pick<Drawn, 'entrants' | 'roots'>): DrawProof['lanes'] {
  return LANES.map((lane) => ({ lane, entrants: entrants[lane], merkle_root: roots[lane] }));
}
