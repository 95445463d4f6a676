/**
 * An epoch and a sequence number in one safe integer that only grows: the epoch above, the sequence below.
 * The epoch is kept in the ledger and raised whenever the seat store is rebuilt, so a stamp made after a restart is
 * larger than every stamp made before it, whatever was lost.
 */
export type Stamp = number;

const SEQUENCES_PER_EPOCH = 2 ** 32;
const EPOCH_LIMIT = 2 ** 21;

/** Throws RangeError past 2^21 epochs or 2^32 numbers in one epoch. */
export function stamp(epoch: number, sequence: number): Stamp {
  if (epoch < 0 || epoch >= EPOCH_LIMIT || sequence < 0 || sequence >= SEQUENCES_PER_EPOCH) {
    throw new RangeError(`no stamp for epoch ${epoch}, sequence ${sequence}`);
  }
  return epoch * SEQUENCES_PER_EPOCH + sequence;
}

export function epochOf(value: Stamp): number {
  return Math.floor(value / SEQUENCES_PER_EPOCH);
}

export function sequenceOf(value: Stamp): number {
  return value % SEQUENCES_PER_EPOCH;
}
