import { describe, expect, it } from 'vitest';
import { commitmentText, hexOf, utf8 } from '../../../src/contract/draw.ts';
import { drawFault } from '../../../src/contract/draw-check.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { Draws } from '../../../src/waiting-room/draw/draws.ts';
import { Shuffle } from '../../../src/waiting-room/draw/shuffle.ts';
import { perLane } from '../../../src/waiting-room/lane.ts';
import { dice } from '../../backends/dice.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { digest, HEAD } from './rooms.ts';

const ENTRANTS = 5_000;

/** A room that people came to, far away: what is asked of it is answered a turn later. */
function roomOfEntrants() {
  const names = Array.from({ length: ENTRANTS }, (_, at) => `user ${at}`);
  const frozen = perLane((lane) => (lane === 'normal' ? ENTRANTS : 0));
  const commitment = hexOf(digest.sha256(utf8(commitmentText(1, HEAD.secret, null))));
  const head = { ...HEAD, phase: 'opening' as const, frozen, commitment };
  const draws = new Draws({
    digest,
    clock: new HandClock(),
    random: dice(1),
    store: {
      head: async () => head,
      async arrivals(_eventId, lane, from, limit) {
        await new Promise(setImmediate);
        return lane === 'normal' ? names.slice(from, from + limit) : [];
      },
    },
  });
  return { draws, head };
}

describe('the trees of the entrants', () => {
  it('are the same however many ask for them at the same time', async () => {
    const alone = roomOfEntrants();
    const drawn = await alone.draws.drawnOf(1, alone.head, null);
    const { draws, head } = roomOfEntrants();
    const all = await Promise.all([1, 2, 3].map(() => draws.drawnOf(1, head, null)));
    expect(all).toEqual([drawn, drawn, drawn]);
    expect(drawn.entrants).toEqual(head.frozen);
  });

  it('give every entrant a receipt that leads to the root, while they are still being read', async () => {
    const { draws, head } = roomOfEntrants();
    const { draws: elsewhere } = roomOfEntrants();
    const opened = { ...head, drawn: await draws.drawnOf(1, head, null) };
    const { root, beacon } = opened.drawn;
    const draw = { eventId: 1, secret: head.secret, root, beacon };
    const shuffle = new Shuffle(draw, 'normal', ENTRANTS, digest);
    const proof = draws.proof(1, opened, head.frozen);
    await Promise.all(
      [0, 31, 32, 2_047, 2_048, ENTRANTS - 1].map(async (number) => {
        const place = shuffle.placeOf(number);
        const receipt = await elsewhere.receipt(1, opened, {
          userId: `user ${number}`,
          lane: 'normal',
          number,
          state: 'WAITING',
          joinedAt: 0,
          place,
          ahead: 0,
          eta: null,
          admission: null,
          until: null,
        });
        if (isRefusal(receipt)) throw new Error(receipt.refused);
        expect(
          await drawFault(proof, { ...receipt, place }, digest, { commitment: head.commitment }),
        ).toBeUndefined();
      }),
    );
  });
});
