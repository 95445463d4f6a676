import { Type } from 'typebox';
import { isRefusal } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import type { HttpServer } from '../http/kit.ts';
import type { PaymentNotices } from './notices.ts';

/** Providers' notices are larger than what buyers send. */
const BODY_LIMIT_BYTES = 256 * 1_024;

/** Where providers tell their news. In a scope of its own: a signature is over bytes, so the body is not read as JSON. */
export function paymentRoutes(app: HttpServer, notices: PaymentNotices): void {
  const schema = {
    summary: 'A payment provider’s notice: signed, taken once, in any order',
    tags: ['payments'],
    params: Type.Object({ provider: Type.String({ minLength: 1, maxLength: 50 }) }),
    response: { 200: Type.Object({ received: Type.Boolean() }) },
  };
  app.register(async (scope: HttpServer) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post(
      '/api/v1/payments/webhooks/:provider',
      { schema, bodyLimit: BODY_LIMIT_BYTES },
      async (request, reply) => {
        const header = (name: string) => {
          const value = request.headers[name];
          return typeof value === 'string' ? value : undefined;
        };
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const taken = await notices.take(request.params.provider, { body, header });
        return isRefusal(taken) ? sendRefusal(request, reply, taken) : { received: true };
      },
    );
  });
}
