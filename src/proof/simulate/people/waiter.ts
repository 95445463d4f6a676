import type { Dice } from '../../../adapters/simulated/dice.ts';
import { OPEN_ADMISSION } from '../../../core/admission.ts';
import type { Entry } from '../../../waitlist/entry.ts';
import type { Joined } from '../../../waitlist/ports/waitlist-entries.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';
import type { Clients } from './client.ts';

/** One buyer in the line for seats that come back. */
export class Waiter {
  readonly #userId: string;
  readonly #world: World;
  readonly #clients: Clients;
  #sessions = 0;

  constructor(userId: string, world: World, clients: Clients) {
    this.#userId = userId;
    this.#world = world;
    this.#clients = clients;
  }

  async join(eventId: number, size: number, dice: Dice): Promise<void> {
    const userId = this.#userId;
    const { waitlist } = this.#world;
    const sessionIds: string[] = [];
    const newSession = () => {
      sessionIds.push(`wait/${userId}/${++this.#sessions}`);
      return sessionIds.at(-1) as string;
    };
    await this.#clients.submit<Joined>(
      {
        client: userId,
        route: 'wait',
        body: String(size),
        keyed: true,
        run: ({ sale }, key) =>
          sale.waitlist.service.join(
            eventId,
            { size },
            { userId, sessionId: newSession(), admission: OPEN_ADMISSION, key },
          ),
        acknowledged: ({ entry }) => this.#isThere(entry, 'its place'),
        nothingHappened: () =>
          must(
            !waitlist.hasJoined(sessionIds),
            41,
            () => `${userId} was told that nothing happened, and has a place`,
          ),
      },
      dice,
    );
  }

  leave(eventId: number, dice: Dice): Promise<unknown> {
    return this.#answer('wait_leave', eventId, dice);
  }

  /** Says yes or no to what may be offered. */
  answer(eventId: number, dice: Dice): Promise<unknown> {
    return this.#answer(dice.pick(['wait_accept', 'wait_accept', 'wait_decline']), eventId, dice);
  }

  #answer(
    what: 'wait_leave' | 'wait_accept' | 'wait_decline',
    eventId: number,
    dice: Dice,
  ): Promise<unknown> {
    const userId = this.#userId;
    return this.#clients.submit<Entry>(
      {
        client: userId,
        route: what,
        body: '',
        keyed: false,
        run: ({ sale }) => {
          const { service } = sale.waitlist;
          if (what === 'wait_leave') return service.leave(eventId, userId);
          return what === 'wait_accept' ? service.accept(eventId, userId) : service.decline(eventId, userId);
        },
        acknowledged: (entry) => this.#isThere(entry, what),
      },
      dice,
    );
  }

  #isThere({ eventId, place, revision }: Entry, what: string): void {
    const row = this.#world.waitlist.entries.get(`${eventId}/${place}`);
    must(
      row !== undefined && row.revision >= revision,
      32,
      () => `${what} of ${this.#userId} at ${place} was acknowledged and is not committed`,
    );
  }
}
