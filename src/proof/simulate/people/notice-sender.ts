import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import { type ChargeNews, noticeText } from '../../../adapters/simulated/payment-notices.ts';
import { type BookedCharge, referenceOf, refundedOf } from '../../../adapters/simulated/payment-provider.ts';
import type { Millis } from '../../../core/clock.ts';
import { providersSignature } from '../machines/notice-reader.ts';
import type { World } from '../world.ts';
import { NoticePost, outcomeOf } from './notice-post.ts';

interface Notice {
  news: ChargeNews;
  orderId: number;
}

/** The answer of a call comes so long after the notice that tells of it. */
const ANSWER_HELD: Millis = 300;
/** A notice on a bad way comes so much later, after others. */
const DETOUR: Millis = 2_500;
/** The provider gives a notice up after so many tries. */
const TRIES = 3;
const TRIES_APART: Millis = 700;
/** When all is over, everything comes at once, in any order. */
const ONCE_MORE_WITHIN: Millis = 40;

const HAPPENED = {
  authorized: 'amount_capturable_updated',
  declined: 'payment_failed',
  captured: 'succeeded',
  voided: 'canceled',
} as const;

/** The provider as it tells the program what became of charges. */
export class NoticeSender {
  readonly post: NoticePost;
  /** The number of the latest notice. */
  latest = 0;
  readonly #world: World;
  readonly #dice: Dice;
  /** Those that may come. */
  readonly #all: Notice[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#dice = diceOf(world.plan.seed, 'notices once more');
    this.post = new NoticePost(world);
  }

  /** A charge has changed; the result is for how long the answer of the call is held back. */
  changed(charge: BookedCharge): Millis {
    const { plan, fates, marks, notices } = this.#world;
    if (plan.noticeMillis === undefined) return 0;
    const notice = { news: newsOf(charge, ++this.latest), orderId: charge.orderId };
    notices.sent(notice.news.noticeId);
    const { delayMillis, againMillis, fate } = fates.notice();
    if (fate === 'lost') return 0;
    this.#all.push(notice);
    if (fate === 'long_after') return 0;
    if (fate === 'before_the_answer') {
      marks.met('notice before the answer');
      this.#send(notice, 0);
      return ANSWER_HELD;
    }
    this.#send(notice, fate === 'overtaken' ? delayMillis + DETOUR : delayMillis);
    if (fate === 'twice') this.#send(notice, delayMillis + againMillis);
    return 0;
  }

  /** Everything that was told, told again. */
  sendAllAgain(): void {
    for (const notice of this.#all) this.#send(notice, this.#dice.below(ONCE_MORE_WITHIN));
  }

  #send(notice: Notice, delayMillis: Millis, tries = TRIES): void {
    this.#world.watch(this.#try(notice, delayMillis, tries));
  }

  async #try(notice: Notice, delayMillis: Millis, tries: number): Promise<void> {
    const { scheduler, notices } = this.#world;
    const { news, orderId } = notice;
    const text = noticeText(news);
    let over = () => {};
    const answer = await this.post.send(delayMillis, () => {
      over = notices.comes(news.noticeId, orderId);
      return { text, signature: providersSignature(text, scheduler.now) };
    });
    over();
    this.#world.note(`notice ${news.noticeId} (${news.happened}) ${outcomeOf(answer)}`);
    if (answer !== 'unheard') this.#world.check(() => notices.answered(news.noticeId, answer));
    else if (tries > 1) this.#send(notice, TRIES_APART, tries - 1);
  }
}

function newsOf(charge: BookedCharge, number: number): ChargeNews {
  const { state, amount } = charge;
  const refunded = refundedOf(charge);
  const news = { noticeId: `evt_${number}`, reference: referenceOf(charge) };
  if (refunded > 0) return { ...news, happened: 'refunded', amount: refunded };
  return { ...news, happened: HAPPENED[state as keyof typeof HAPPENED], amount };
}
