import { type PaymentStep, PaymentStepInput, PaymentStepParams } from '../contract/internal-payment.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { internalOnly } from '../http/internal.ts';
import type { HttpServer } from '../http/kit.ts';
import type { ProviderHealth } from './provider-health.ts';
import type { PaymentService } from './service.ts';

export interface InternalPaymentNeeds {
  payments: PaymentService;
  health: ProviderHealth;
}

/** What other roles ask of this one: the steps of a payment, and how well can be paid. Not there without INTERNAL_TOKEN. */
export function internalPaymentRoutes(app: HttpServer, { payments, health }: InternalPaymentNeeds): void {
  const onRequest = internalOnly(app);
  if (!onRequest) return;
  const config = { unlimited: true, hot: true };
  const step = { hide: true, params: PaymentStepParams, body: PaymentStepInput };
  app.post('/internal/payments/:step', { schema: step, config, onRequest }, async (request, reply) => {
    const answer = await carryOut(payments, request.params.step, request.body);
    return answer === 'incomplete'
      ? sendRefusal(request, reply, refuse('VALIDATION_FAILED'))
      : reply.send(isRefusal(answer) ? { refusal: answer } : { answer });
  });
  app.get('/internal/payments/pace', { schema: { hide: true }, config, onRequest }, async () => ({
    pace: health.pace(),
    breaker: health.breaker(),
  }));
}

async function carryOut(
  payments: PaymentService,
  step: PaymentStep,
  { charge, refund }: PaymentStepInput,
): Promise<string | Refusal> {
  switch (step) {
    case 'lookUp':
      return payments.lookUp(charge);
    case 'authorize':
      return payments.authorize(charge);
    case 'capture':
      return payments.capture(charge);
    case 'void':
      return payments.void(charge);
    case 'refund':
      return payments.refund(charge);
    case 'refundPart':
      return refund ? payments.refundPart(charge, refund) : 'incomplete';
  }
}
