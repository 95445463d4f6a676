import type { SessionView, StandingView } from '../../../contract/waiting-room.ts';
import type { Millis } from '../../../core/clock.ts';
import { elapsed } from '../stopwatch.ts';
import { anythingLeft, bodyOf, endingOf } from './look.ts';
import type { Ending } from './measures.ts';
import type { Visit } from './visit.ts';

/** Who waits glances at the map every few seconds; that costs the server nothing, as it is pushed to him. */
const GLANCES: { from: Millis; to: Millis } = { from: 4_000, to: 12_000 };

/**
 * Through the waiting room as the shop's own pages go: joins, asks again when the server says so, and exchanges the entry
 * token. Undefined: inside, with a session. Who sees meanwhile that nothing is
 * left, or has waited enough, gives his place up.
 */
export async function standInLine(visit: Visit): Promise<Ending | undefined> {
  const arrivedAt = visit.dueAt;
  const { hall } = visit.venue;
  if (hall().free() === 0 && !(await anythingLeft(visit))) return 'sold-out';
  let told = await visit.ask({
    request: { method: 'POST', path: at(visit, 'join'), body: {} },
    step: 'join',
  });
  for (;;) {
    if (told.meaning.outcome !== 'ok') return endingOf(told.meaning, 'turned-away');
    const { session, entry_token, poll_after_ms } = bodyOf<StandingView>(told);
    visit.session = session ?? (entry_token === undefined ? undefined : await enter(visit, entry_token));
    if (visit.session !== undefined) break;
    const enough = await waitForTurn(visit, poll_after_ms);
    if (enough !== undefined) {
      await leaveLine(visit);
      return enough;
    }
    told = await visit.ask({ request: { method: 'GET', path: at(visit, 'status') }, step: 'poll' });
  }
  visit.venue.measures.admission(arrivedAt, elapsed());
  return undefined;
}

/** Gives the place or the session up. What comes of it is no matter to the buyer. */
export async function leaveLine(visit: Visit): Promise<void> {
  await visit.ask({ request: { method: 'POST', path: at(visit, 'leave') }, step: 'leave' });
}

/** Undefined when the call was over: who asks again is told how he stands. */
async function enter(visit: Visit, entryToken: string): Promise<string | undefined> {
  const body = { entry_token: entryToken };
  const entered = await visit.ask({
    request: { method: 'POST', path: at(visit, 'enter'), body },
    step: 'enter',
  });
  return entered.meaning.outcome === 'ok' ? bodyOf<SessionView>(entered).session : undefined;
}

/** Undefined when it is time to ask again. A glance is no more than a call: there are thousands in a second. */
function waitForTurn(visit: Visit, millis: Millis): Promise<'sold-out' | 'gave-up' | undefined> {
  const { venue, character } = visit;
  const until = elapsed() + millis;
  return new Promise((resolve) => {
    const rest = () => {
      const glance = elapsed() + character.dice.between(GLANCES.from, GLANCES.to);
      visit.wakeAt(Math.min(until, glance), look);
    };
    const look = () => {
      const now = elapsed();
      if (venue.hall().free() === 0) resolve('sold-out');
      else if (now > venue.patientUntil) resolve('gave-up');
      else if (now >= until) resolve(undefined);
      else rest();
    };
    rest();
  });
}

function at(visit: Visit, what: 'join' | 'status' | 'enter' | 'leave'): string {
  return `/api/v1/events/${visit.venue.eventId}/waiting-room/${what}`;
}
