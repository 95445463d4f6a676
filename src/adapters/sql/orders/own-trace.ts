import { createHash } from 'node:crypto';

/**
 * A `traceparent` for a message of an order where no traces are collected: all messages of the order are in one trace of its
 * own, each is a step of it, and its flags say that nobody records it.
 */
export function ownTrace({ reference }: { reference: string }, messageId: string): string {
  return `00-${digest(reference).slice(0, 32)}-${digest(messageId).slice(0, 16)}-00`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
