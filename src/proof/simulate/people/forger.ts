import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import { type ChargeNews, noticeText, signatureOf } from '../../../adapters/simulated/payment-notices.ts';
import { referenceOf } from '../../../adapters/simulated/payment-provider.ts';
import { HOUR, type Millis } from '../../../core/clock.ts';
import { providersSignature } from '../machines/notice-reader.ts';
import type { ForgedNotice, Forgery } from '../plan/notices.ts';
import type { World } from '../world.ts';
import { type Letter, outcomeOf } from './notice-post.ts';

const HAPPENED = [
  'amount_capturable_updated',
  'payment_failed',
  'succeeded',
  'canceled',
  'refunded',
] as const;

/** Somebody who knows what the provider calls charges, and how it numbers what it tells, but not its key. */
export class Forger {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async forge({ how, salt }: ForgedNotice): Promise<void> {
    const { notices, marks, scheduler, sender } = this.#world;
    const news = this.#drawn(how, diceOf(salt, how));
    const isSigned = how === 'of_others' || how === 'untrue';
    let over = () => {};
    const answer = await sender.post.send(0, () => {
      if (isSigned) over = notices.comes(news.noticeId, 0);
      return letterOf(news, how, scheduler.now);
    });
    over();
    this.#world.note(`notice ${news.noticeId} (${how}, ${news.happened}) ${outcomeOf(answer)}`);
    if (answer === 'unheard') return;
    this.#world.check(() =>
      isSigned ? notices.answered(news.noticeId, answer) : notices.refused(news.noticeId, how, answer),
    );
    if (!isSigned) marks.met('forged notice refused');
  }

  /** Under the name of a notice that has come or will come, so that it might pass for that one, or under a name of its own. */
  #drawn(how: Forgery, dice: Dice): ChargeNews {
    const { provider, notices, sender } = this.#world;
    const charges = [...provider.book.values()];
    const charge = charges.length > 0 ? dice.pick(charges) : undefined;
    const news = {
      noticeId: `evt_${dice.pick([sender.latest, sender.latest + 1, 'forged'])}`,
      reference: charge && how !== 'of_others' ? referenceOf(charge) : 'pi_of_others',
      happened: dice.pick(HAPPENED),
      amount: dice.pick([1, charge?.amount ?? 1, 1_000_000]),
    };
    if (how !== 'of_others' && how !== 'untrue') return news;
    const signed = { ...news, noticeId: `evt_${how}_${dice.below(1_000_000)}` };
    notices.sent(signed.noticeId);
    return signed;
  }
}

function letterOf(news: ChargeNews, how: Forgery, now: Millis): Letter {
  const text = noticeText(news);
  switch (how) {
    case 'unsigned':
      return { text, signature: undefined };
    case 'other_key':
      return { text, signature: signatureOf(text, { secret: 'whsec_of_the_forger', at: now }) };
    case 'changed':
      return {
        text: noticeText({ ...news, amount: news.amount + 1 }),
        signature: providersSignature(text, now),
      };
    case 'old':
      return { text, signature: providersSignature(text, now - 3 * HOUR) };
    default:
      return { text, signature: providersSignature(text, now) };
  }
}
