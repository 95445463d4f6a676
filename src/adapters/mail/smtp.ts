import type { Transporter } from 'nodemailer';
import { Unavailable } from '../../core/unavailable.ts';
import type { Mailer } from '../../ticket/ports/mailer.ts';

export interface SmtpOptions {
  /** smtp://user:password@host:587, or smtps:// for TLS from the start. */
  url: string;
  /** The sender: an address, or `Name <address>`. */
  from: string;
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
const CONNECTIONS = 3;

/** Mail through a server that speaks SMTP (RFC 5321). nodemailer is loaded with the first letter. */
export function smtpMailer({ url, from }: SmtpOptions): Mailer {
  let transporter: Promise<Transporter> | undefined;
  const connect = async () => {
    const { createTransport } = await import('nodemailer');
    // No address or file named in a letter is ever opened.
    const guarded = { disableFileAccess: true, disableUrlAccess: true };
    return createTransport({ url, pool: true, maxConnections: CONNECTIONS, ...TIMEOUTS, ...guarded });
  };
  return {
    async send({ letterId, to, subject, text, attachments }) {
      transporter ??= connect();
      const letter = {
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${letterId}@onrush>`,
        attachments: attachments.map(({ name, mediaType, content }) => ({
          filename: name,
          contentType: mediaType,
          content: typeof content === 'string' ? content : Buffer.from(content),
        })),
      };
      try {
        await (await transporter).sendMail(letter);
        return 'sent';
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

/** RFC 5321, 4.2.1: what begins with 5 will not go well later. But who may send can be set right. */
function refusalOf(error: unknown): { rejected: string } {
  const { responseCode, code, message } = error as { responseCode?: number; code?: string; message: string };
  const isFinal = (responseCode ?? 0) >= 500 && code !== 'EAUTH';
  if (isFinal) return { rejected: message };
  throw new Unavailable(`the mail server did not take a letter: ${message}`, {
    cause: error,
    indefinite: true,
  });
}
