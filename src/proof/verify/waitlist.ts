import { MINUTE, type Millis } from '../../core/clock.ts';
import { type Finding, finding } from './finding.ts';
import type { EntryRow, EventRows } from './ledger-rows.ts';

/** An offer that nobody answered is ended well within this. */
const ENDED_WITHIN: Millis = MINUTE;
const LIVE = new Set(['WAITING', 'OFFERED']);

/** One place a party, and seats that are offered to one party only. Holds that a lost Redis took with it are nobody's. */
export function checkWaitlist({ entries, holds }: EventRows, now: Millis): Finding[] {
  const findings: Finding[] = [];
  const ownerOf = new Map(holds.map(({ hold_id, user_id }) => [hold_id, user_id]));
  const offeredTo = new Map<number, number>();
  const live = new Map<string, number>();
  for (const { place, user_id, state, offer_json, answer_by } of entries) {
    if (LIVE.has(state)) {
      const other = live.get(user_id);
      if (other !== undefined)
        findings.push(finding(15, `places ${other} and ${place} of the waitlist are one user’s`));
      live.set(user_id, place);
    }
    if (answer_by !== null && answer_by + ENDED_WITHIN < now)
      findings.push(finding(42, `the offer to place ${place} of the waitlist was not ended`));
    for (const holdId of holdIdsOf(offer_json)) {
      const owner = ownerOf.get(holdId);
      if (owner !== undefined && owner !== user_id)
        findings.push(finding(44, `hold ${holdId} was offered to place ${place} and is another’s`));
      const other = offeredTo.get(holdId);
      if (other !== undefined)
        findings.push(finding(44, `hold ${holdId} was offered to places ${other} and ${place}`));
      offeredTo.set(holdId, place);
    }
  }
  return findings;
}

function holdIdsOf(offer: EntryRow['offer_json']): number[] {
  return offer === null ? [] : (JSON.parse(offer) as { holdIds: number[] }).holdIds;
}
