import type { Dice } from '../../../adapters/simulated/dice.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import { isRefusal, type Refusal } from '../../../core/refusal.ts';
import type { Held } from '../../../reservation/service.ts';
import type { Told } from '../../../waiting-room/service.ts';
import type { Running } from '../machines/machine.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';
import type { Answer, Clients, Request } from './client.ts';
import { isVip } from './requests.ts';

/** Longer than anything is on its way. */
const MAY_FOLLOW: Millis = 10 * SECOND;

/** One buyer in front of the gate: what he was told, and what he does with it. */
export class Visitor {
  /** Of any time: an old token is as good to try as a new one. */
  readonly tokens: string[] = [];
  readonly sessions: string[] = [];
  readonly #userId: string;
  readonly #world: World;
  readonly #clients: Clients;
  /** When he was last left without an answer. */
  #unknownAt = Number.NEGATIVE_INFINITY;
  #told: { number: number; ahead: number } | undefined;

  constructor(userId: string, world: World, clients: Clients) {
    this.#userId = userId;
    this.#world = world;
    this.#clients = clients;
  }

  /** The whole way: join, look until called, come in, hold, perhaps leave. */
  async visit(eventId: number, seatIds: readonly number[], dice: Dice): Promise<void> {
    await this.#ask(eventId, 'join', dice);
    for (let looks = dice.between(2, 10); looks > 0; looks--) {
      await this.#clients.pause(dice.between(50, 1_200));
      const answer = await this.#ask(eventId, dice.chance(0.2) ? 'join' : 'look', dice);
      if (answer.kind === 'ok' && answer.reply.standing.state === 'READY' && dice.chance(0.8)) {
        await this.enter(eventId, this.tokens.at(-1) as string, dice);
      }
      const session = this.sessions.at(-1);
      if (session !== undefined) await this.hold(eventId, seatIds, session, dice);
    }
    if (dice.chance(0.4)) await this.leave(eventId, dice);
  }

  async enter(eventId: number, token: string, dice: Dice): Promise<void> {
    const { exchanged } = this.#world.rooms;
    const answer = await this.#submit<{ session: string }>(dice, 'enter', {
      run: async ({ sale: { waitingRooms } }) => waitingRooms.service.enter(eventId, this.#userId, token),
      acknowledged: () => {
        must(!exchanged.has(token), 15, () => `${this.#userId} came in twice with one token`);
        exchanged.add(token);
      },
      watched: () => this.#stillAs(eventId, 'enter'),
    });
    if (answer.kind === 'ok') this.sessions.push(answer.reply.session);
  }

  async leave(eventId: number, dice: Dice): Promise<void> {
    await this.#submit(dice, 'leave_line', {
      run: async ({ sale: { waitingRooms } }) =>
        (await waitingRooms.service.leave(eventId, this.#userId)) ?? {},
    });
  }

  /** As the route does it: the gate first. */
  hold(
    eventId: number,
    seatIds: readonly number[],
    session: string | undefined,
    dice: Dice,
  ): Promise<Answer<Held>> {
    const userId = this.#userId;
    const world = this.#world;
    return this.#submit<Held>(dice, 'gated_hold', {
      async run({ sale: { admissions, reservations }, life }) {
        const admission = await admissions.admit(eventId, userId, session);
        if (isRefusal(admission)) return admission;
        world.strikes.gatePassed(life);
        await new Promise<void>((goesOn) => life.enter(goesOn));
        return reservations.hold(eventId, seatIds, { userId, sessionId: null, admission, key: undefined });
      },
    });
  }

  async #ask(eventId: number, how: 'join' | 'look', dice: Dice): Promise<Answer<Told>> {
    const before = this.#told;
    const userId = this.#userId;
    const lane = isVip(userId) ? 'high' : 'normal';
    const answer = await this.#submit<Told>(dice, `${how}_line`, {
      run: async ({
        sale: {
          waitingRooms: { service },
        },
      }) => (how === 'join' ? service.join(eventId, { userId, lane }) : service.status(eventId, userId)),
      acknowledged: (told) => this.#heard(told, before),
      ...(how === 'join' && { watched: () => this.#stillAs(eventId, 'join') }),
    });
    if (answer.kind === 'ok') this.#keep(answer.reply);
    return answer;
  }

  /** Invariants 13, 15 and 32: the place is there, it is the same one, and nobody new is before him. */
  #heard({ standing }: Told, before: { number: number; ahead: number } | undefined): void {
    const { rooms, scheduler } = this.#world;
    const { number, lane, userId, ahead, state } = standing;
    must(userId === this.#userId, 36, () => `${this.#userId} was told how ${userId} stands`);
    const row = [...rooms.places.values()].find(
      (each) => each.user_id === userId && each.lane === lane && each.number === number,
    );
    must(row !== undefined, 32, () => `${userId} was told of place ${number}, which is not committed`);
    const isNew = row.state === 'WAITING' && row.calls === 0;
    must(state === 'WAITING' || !isNew, 32, () => `${userId} is told that he is ${state}, and waits`);
    const isRisen =
      before?.number === number && state === 'WAITING' && ahead !== null && ahead > before.ahead;
    must(!isRisen, 13, () => `${userId} had ${before?.ahead} before him, and now ${ahead}`);
    rooms.seen.set(userId, scheduler.now);
  }

  #keep({ standing: { number, ahead }, entryToken, session }: Told): void {
    if (ahead !== null) this.#told = { number, ahead };
    if (entryToken !== null) this.tokens.push(entryToken);
    if (session !== null) this.sessions.push(session);
  }

  /**
   * Invariant 41: who is told that nothing happened has no place that he had not, and is not inside if he was not. What
   * he asked for a moment ago may still come, if he was not told what became of it.
   */
  #stillAs(eventId: number, asked: 'join' | 'enter'): () => void {
    const { rooms, scheduler } = this.#world;
    const before = rooms.liveOf(eventId, this.#userId);
    const mayFollow = scheduler.now - this.#unknownAt < MAY_FOLLOW;
    return () => {
      const now = rooms.liveOf(eventId, this.#userId);
      const isSame = asked === 'join' ? now?.number === before?.number : now?.state === before?.state;
      const isDone = asked === 'join' ? now !== undefined : now?.state === 'ACTIVE';
      const isSo = mayFollow || isSame || !isDone;
      must(isSo, 41, () => `${this.#userId} was told that nothing came of his ${asked}: ${now?.state}`);
    };
  }

  async #submit<R>(
    dice: Dice,
    route: string,
    {
      run,
      ...judged
    }: Pick<Request<R>, 'acknowledged' | 'watched'> & {
      run: (running: Running) => Promise<R | Refusal>;
    },
  ): Promise<Answer<R>> {
    const answer = await this.#clients.submit<R>(
      {
        client: this.#userId,
        route,
        body: '',
        keyed: false,
        hasEffect: () => false,
        run,
        ...judged,
      },
      dice,
    );
    if (answer.kind === 'unknown') this.#unknownAt = this.#world.scheduler.now;
    return answer;
  }
}
