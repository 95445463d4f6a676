import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** Between two slices of this many items, other requests get their turn. */
const SLICE = 500;

/** A reply of any route: what is sent has been serialised already. */
interface AnyReply {
  type(contentType: string): unknown;
  send(payload: unknown): unknown;
}

/** Sends a JSON array that may be long: serialised slice by slice, so that a hall's 50,000 seats stop nobody. */
export function sendLongList<R extends AnyReply, T>(
  reply: R,
  items: readonly T[],
  view: (item: T) => unknown,
): R {
  reply.type('application/json; charset=utf-8');
  reply.send(items.length <= SLICE ? JSON.stringify(items.map(view)) : Readable.from(slices(items, view)));
  return reply;
}

async function* slices<T>(items: readonly T[], view: (item: T) => unknown): AsyncGenerator<string> {
  for (let first = 0; first < items.length; first += SLICE) {
    const json = JSON.stringify(items.slice(first, first + SLICE).map(view)).slice(1, -1);
    const last = first + SLICE >= items.length;
    yield `${first === 0 ? '[' : ','}${json}${last ? ']' : ''}`;
    await setImmediate();
  }
}
