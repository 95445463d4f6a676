import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { onlyUnavailable, Unavailable } from '../../core/unavailable.ts';
import type { Charge, Payments } from '../../order/ports/payments.ts';
import type { ProviderHealth } from '../../payment/provider-health.ts';
import type { RoleClient } from './role-client.ts';

/** The payment role in another process. Each step carries its attempt id, so a repeated one has no second effect. */
export function httpPayments(client: Pick<RoleClient, 'ask'>): Payments {
  const ask = async <Answer extends string>(step: string, body: object): Promise<Answer | Refusal> => {
    const { answer, refusal } = (await client.ask('POST', `/internal/payments/${step}`, body)) as {
      answer?: Answer;
      refusal?: Refusal;
    };
    if (isRefusal(refusal)) return refusal;
    if (answer === undefined)
      throw new Unavailable('the payment role answered nothing', { indefinite: true });
    return answer;
  };
  /** A step that was not answered may have had effect: nobody knows until it is asked again. */
  const orUnknown = async <Answer extends string>(step: string, charge: Charge): Promise<Answer> => {
    try {
      return (await ask<Answer>(step, { charge })) as Answer;
    } catch (error) {
      onlyUnavailable(error);
      return 'unknown' as Answer;
    }
  };
  return {
    lookUp: (charge) => orUnknown('lookUp', charge),
    async authorize(charge) {
      try {
        return (await ask<'authorized'>('authorize', { charge })) as 'authorized';
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        return error.indefinite ? 'unknown' : 'unavailable';
      }
    },
    async captureAlong(charge) {
      const answer = await orUnknown<'captured' | 'declined' | 'unknown'>('capture', charge);
      return answer === 'captured' ? { along: undefined } : answer;
    },
    void: (charge) => orUnknown('void', charge),
    refund: (charge) => orUnknown('refund', charge),
    async refundPart(charge, refund) {
      try {
        return (await ask<'done'>('refundPart', { charge, refund })) as 'done' | Refusal;
      } catch (error) {
        onlyUnavailable(error);
        return 'unknown';
      }
    },
  };
}

const ASKED_EVERY: Millis = SECOND;

/** How well can be paid, as the payment role says; nobody can be, while it is away. The usual pace until it was asked. */
export function followedPace(
  client: Pick<RoleClient, 'ask'>,
  clock: Clock,
): { health: ProviderHealth; follow(): () => void } {
  let told: Told = { pace: 1, breaker: 'closed' };
  return {
    health: { pace: () => told.pace, breaker: () => told.breaker },
    follow: () =>
      every(clock, ASKED_EVERY, async () => {
        told = await client.ask('GET', '/internal/payments/pace').then(readTold, away);
      }),
  };
}

interface Told {
  pace: number;
  breaker: ReturnType<ProviderHealth['breaker']>;
}

function readTold(answer: unknown): Told {
  const { pace, breaker = 'closed' } = answer as Partial<Told>;
  return { pace: Number(pace) || 0, breaker };
}

function away(error: unknown): Told {
  onlyUnavailable(error);
  return { pace: 0, breaker: 'open' };
}
