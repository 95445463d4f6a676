/** What a topic has in Redis: in one slot, so that a script reaches all of it. */
export interface BusKeys {
  readonly topic: string;
  /** Messages that some consumer has not acknowledged. */
  readonly stream: string;
  /** Which entry of the stream each message is. */
  readonly known: string;
  /** Tells that there is something new. */
  readonly channel: string;
}

export function busKeys(topic: string): BusKeys {
  const base = `ticketing:{bus:${topic}}`;
  return { topic, stream: `${base}:stream`, known: `${base}:known`, channel: `${base}:news` };
}
