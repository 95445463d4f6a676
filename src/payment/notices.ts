import { type Clock, DAY } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { NoticeLog } from './ports/notice-log.ts';
import type { PaidOrders } from './ports/paid-orders.ts';
import type { ProviderNotices, SentNotice } from './ports/provider-notices.ts';
import type { ProviderReferences } from './ports/provider-references.ts';

export interface PaymentNoticesNeeds {
  /** Of the providers that send any. */
  readers: readonly ProviderNotices[];
  references: ProviderReferences;
  log: NoticeLog;
  orders: PaidOrders;
  clock: Clock;
}

/** Longer than any provider sends a notice again. */
const KEPT = 30 * DAY;

/**
 * Takes providers' notices. A notice only says that there are news; the order then asks the provider how things stand.
 * So notices may come late, twice, and in any order, and lead to the same end. One that had its effect is noted and does
 * nothing again.
 */
export class PaymentNotices {
  readonly #needs: PaymentNoticesNeeds;

  constructor(needs: PaymentNoticesNeeds) {
    this.#needs = needs;
  }

  /** Throws Unavailable when it could not be taken: the provider then sends it again. */
  async take(provider: string, sent: Omit<SentNotice, 'at'>): Promise<'taken' | Refusal> {
    const { readers, references, log, orders, clock } = this.#needs;
    const reader = readers.find((each) => each.provider === provider);
    if (!reader) return refuse('NOT_FOUND');
    const notice = await reader.read({ ...sent, at: clock.now() });
    if (notice === 'refused') return refuse('WEBHOOK_REFUSED');
    const { noticeId, reference } = notice;
    if (await log.has(provider, noticeId)) return 'taken';
    const attempt = reference === undefined ? undefined : await references.attemptOf(provider, reference);
    if (attempt) await orders.paymentNews(attempt.orderId);
    await log.note(provider, noticeId, clock.now());
    return 'taken';
  }

  forgetOld(): Promise<void> {
    return this.#needs.log.forget(this.#needs.clock.now() - KEPT);
  }
}
