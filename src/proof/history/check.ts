import { findDoubleSales } from './double-sale.ts';
import { type FoundAfterwards, findLostAcknowledgements } from './durability.ts';
import type { HistoryRecord, Violation } from './record.ts';
import { findDifferentAnswers } from './same-answer.ts';

/**
 * Judges a history by what its clients were told: invariants 2 and 27, and 32 when somebody looked afterwards.
 * Empty means that nothing in it contradicts the promises.
 */
export function checkHistory(records: readonly HistoryRecord[], found?: FoundAfterwards): Violation[] {
  return [
    ...findDoubleSales(records),
    ...findDifferentAnswers(records),
    ...(found ? findLostAcknowledgements(records, found) : []),
  ];
}
