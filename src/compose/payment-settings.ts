import type { Config } from '../config.ts';
import type { PaymentSettings } from './payments.ts';

/** Which provider the configuration names, as it wants to be told of itself. */
export function paymentSettings({ payment }: Pick<Config, 'payment'>): PaymentSettings {
  const { provider, failureRate, behaviour, delay, stripe, toss } = payment;
  if (provider === 'stripe') {
    const { secretKey = '', webhookSecret, origin } = stripe;
    return {
      provider,
      stripe: {
        secretKey,
        ...(webhookSecret !== undefined && { webhookSecret }),
        ...(origin !== undefined && { address: addressOf(origin) }),
      },
    };
  }
  if (provider === 'toss') {
    const { secretKey = '', origin } = toss;
    return { provider, toss: { secretKey, ...(origin !== undefined && { origin }) } };
  }
  return { provider, failureRate, behaviour, delay };
}

function addressOf(origin: string): { protocol: 'http' | 'https'; host: string; port: number } {
  const url = new URL(origin);
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return { protocol, host: url.hostname, port: Number(url.port || (protocol === 'https' ? 443 : 80)) };
}
