import type { Dice } from '../../../adapters/simulated/dice.ts';
import { OPEN_ADMISSION } from '../../../core/admission.ts';
import type { Lane } from '../../../request-queue/policy.ts';
import type { Receipt } from '../../../request-queue/service.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';
import type { Clients } from './client.ts';

/** A request whose every claim kills the program that made it. */
export const POISON = 'poison';

/** One buyer's requests in the queue, held against the committed rows as his other answers are. */
export class Requests {
  readonly asked: Receipt[] = [];
  readonly #userId: string;
  readonly #world: World;
  readonly #clients: Clients;
  #sessions = 0;

  constructor(userId: string, world: World, clients: Clients) {
    this.#userId = userId;
    this.#world = world;
    this.#clients = clients;
  }

  /** A VIP may go first, and anybody may ask for what he likes. */
  async ask(eventId: number, seatIds: readonly number[], dice: Dice, kind = 'queue'): Promise<void> {
    const userId = this.#userId;
    const sessionIds: string[] = [];
    const newSession = () => {
      sessionIds.push(`${kind}/${userId}/${++this.#sessions}`);
      return sessionIds.at(-1) as string;
    };
    const entitled: Lane = isVip(userId) ? 'high' : 'normal';
    const asked = dice.pick(['high', 'normal', 'low', undefined] as const);
    this.#world.note(`${userId} asks for ${seatIds.join()}`);
    const answer = await this.#clients.submit<Receipt>(
      {
        client: userId,
        route: 'queue',
        body: seatIds.join(),
        keyed: true,
        run: ({ sale }, key) =>
          sale.requests.accept(
            { eventId, seatIds, entitled, asked },
            { userId, sessionId: newSession(), admission: OPEN_ADMISSION, key },
          ),
        acknowledged: ({ requestId }) => this.#isThere(requestId),
        nothingHappened: () => this.#areNotThere(sessionIds),
      },
      dice,
    );
    if (answer.kind === 'ok') this.asked.push(answer.reply);
  }

  async cancel(dice: Dice): Promise<void> {
    const { requestId } = this.#recent(dice);
    await this.#clients.submit(
      {
        client: this.#userId,
        route: `queue_cancel/${requestId}`,
        body: '',
        keyed: false,
        run: ({ sale }) => sale.requests.cancel(requestId, this.#userId),
        acknowledged: ({ state }) => {
          const row = this.#world.queue.requests.get(requestId);
          const isSo = state !== 'CANCELLED' || row?.state === 'CANCELLED';
          must(isSo, 20, () => `request ${requestId} was acknowledged as cancelled and is ${row?.state}`);
          if (state !== 'CANCELLED') this.#world.marks.met('request served before its cancellation');
        },
      },
      dice,
    );
  }

  async look(dice: Dice): Promise<void> {
    const { requestId } = this.#recent(dice);
    const answer = await this.#clients.submit(
      {
        client: this.#userId,
        route: `queue_status/${requestId}`,
        body: '',
        keyed: false,
        run: ({ sale }) => sale.requests.request(requestId, this.#userId),
        hasEffect: () => false,
      },
      dice,
    );
    this.#world.check(() =>
      must(answer.kind !== 'refused', 18, () => `request ${requestId} was accepted and is not known`),
    );
  }

  #isThere(requestId: string): void {
    const isThere = this.#world.queue.requests.has(requestId);
    must(isThere, 32, () => `request ${requestId} was acknowledged and is not committed`);
    this.#world.queue.acknowledged.add(requestId);
  }

  #areNotThere(sessionIds: readonly string[]): void {
    const found = [...this.#world.queue.requests.values()].find(({ session_id }) =>
      sessionIds.includes(session_id ?? ''),
    );
    must(
      !found,
      41,
      () => `${sessionIds.join()} was told that nothing happened, and is request ${found?.request_id}`,
    );
  }

  #recent(dice: Dice): Receipt {
    return this.asked[Math.max(0, this.asked.length - 1 - dice.below(3))] as Receipt;
  }
}

export function isVip(userId: string): boolean {
  return Number(userId.at(-1)) % 3 === 0;
}
