import { SIMULATED_PROVIDER } from '../../../adapters/simulated/payment-provider.ts';
import type { Millis } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { World } from '../world.ts';

/** What comes to the program in a provider's name. */
export interface Letter {
  text: string;
  signature: string | undefined;
}

/** `unheard`: it could not be taken, or nobody answered. */
export type Answered = 'taken' | Refusal | 'unheard';

/** Whoever sends notices waits no longer for an answer. */
const PATIENCE: Millis = 10_000;

/** Brings notices to the program over the network, to whichever node. */
export class NoticePost {
  /** Notices on their way. */
  underWay = 0;
  readonly #world: World;
  #delivered = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Resolves when it was answered, or when it is clear that it will not be. */
  async send(delayMillis: Millis, write: () => Letter): Promise<Answered> {
    this.underWay++;
    await new Promise<void>((arrived) => this.#world.after(delayMillis, 'notice', arrived));
    const answer = await this.#deliver(write());
    this.underWay--;
    return answer;
  }

  #deliver({ text, signature }: Letter): Promise<Answered> {
    const { machines, scheduler } = this.#world;
    const running = machines.runningAt(this.#delivered++);
    if (!running) return Promise.resolve('unheard');
    const { life, sale } = running;
    const sent = {
      body: Buffer.from(text),
      header: (name: string) => (name === 'stripe-signature' ? signature : undefined),
    };
    return new Promise((resolve) => {
      const unheard = () => resolve('unheard');
      const hangUp = scheduler.after(PATIENCE, 'impatience', unheard);
      const answered = (answer: Answered) => {
        hangUp();
        resolve(answer);
      };
      life.atEnd(() => answered('unheard'));
      new Promise<void>((arrived) => life.enter(arrived))
        .then(() => sale.paymentNotices.take(SIMULATED_PROVIDER, sent))
        .then(answered, (error: unknown) => {
          if (!(error instanceof Unavailable)) this.#world.fail(error);
          answered('unheard');
        });
    });
  }
}

export function outcomeOf(answer: Answered): string {
  return typeof answer === 'string' ? answer : answer.refused;
}
