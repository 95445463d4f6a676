import type { HistoryRecord, Violation } from './record.ts';

/**
 * Invariant 27: one key of one client on one operation has one effect, so every acknowledgement of it is the same
 * answer, and nothing that was asked after an acknowledgement is refused for good.
 */
export function findDifferentAnswers(records: readonly HistoryRecord[]): Violation[] {
  const violations: Violation[] = [];
  for (const attempts of attemptsByKey(records)) {
    const acknowledged = attempts.filter((record) => record.outcome === 'ok');
    const first = acknowledged.reduce<HistoryRecord | undefined>(
      (earliest, record) => (earliest && earliest.completedAt <= record.completedAt ? earliest : record),
      undefined,
    );
    if (!first) continue;
    for (const other of attempts) {
      const accusation = accuse(first, other);
      if (accusation) violations.push({ invariant: 27, message: accusation, evidence: [first, other] });
    }
  }
  return violations;
}

function accuse(first: HistoryRecord, other: HistoryRecord): string | undefined {
  const where = `${other.op} of ${other.client} with key ${other.key}`;
  if (other.outcome === 'ok') {
    const same =
      other.answer?.status === first.answer?.status && other.answer?.digest === first.answer?.digest;
    return same ? undefined : `${where} was acknowledged with two different answers`;
  }
  const refusedAfterwards = other.outcome === 'fail' && !other.notNow && other.invokedAt >= first.completedAt;
  return refusedAfterwards
    ? `${where} was refused (${other.answer?.status}) after it had been acknowledged`
    : undefined;
}

function attemptsByKey(records: readonly HistoryRecord[]): HistoryRecord[][] {
  const groups = new Map<string, HistoryRecord[]>();
  for (const record of records) {
    if (record.key === '') continue;
    const identity = JSON.stringify([record.client, record.op, record.key]);
    const group = groups.get(identity);
    if (group) group.push(record);
    else groups.set(identity, [record]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
