import { buyer, LATELY, QUIET_EVENT } from '../../backends/crowded-ledger.ts';
import { ANN, EVENT, PARTY, type Questions } from './stores.ts';

let joined = 0;

/** Of lines in which thousands wait, and of one in which thousands have waited. */
export const OF_LINES: Questions = {
  'joining a line': ({ waitlist }) =>
    Promise.all(
      Array.from({ length: PARTY }, () =>
        waitlist.join({
          eventId: QUIET_EVENT,
          userId: `joined${++joined}`,
          sessionId: null,
          admissionId: null,
          wish: { size: 1 },
          at: LATELY,
          most: 100_000,
        }),
      ),
    ),
  'who is next in a long line': ({ waitlist }) => waitlist.waiting(EVENT, 0, PARTY),
  'who is next behind many that are over': ({ waitlist }) => waitlist.waiting(QUIET_EVENT, 0, PARTY),
  'whether anybody waits in a long line': ({ waitlist }) => waitlist.isAnyWaiting(EVENT),
  'whether anybody waits behind many that are over': ({ waitlist }) => waitlist.isAnyWaiting(QUIET_EVENT),
  'how many wait behind many that are over': ({ waitlist }) => waitlist.counts(QUIET_EVENT),
  "a user's place behind many that are over": ({ waitlist }) => waitlist.latest(QUIET_EVENT, buyer(PARTY)),
  "a user's place that is over, in a long line": ({ waitlist }) => waitlist.latest(EVENT + 1, buyer(42)),
  "a user's place near the front of a long line": ({ waitlist }) => waitlist.latest(EVENT, ANN),
  "some users' places": ({ waitlist }) =>
    waitlist.latestOf(
      EVENT,
      Array.from({ length: PARTY }, (_, index) => buyer(index)),
    ),
  'those who are live in a long line': ({ waitlist }) =>
    waitlist.list(EVENT, { after: 0, limit: PARTY, liveOnly: true }),
  'those who are live behind many that are over': ({ waitlist }) =>
    waitlist.list(QUIET_EVENT, { after: 0, limit: PARTY, liveOnly: true }),
  'a page of a long line': ({ waitlist }) =>
    waitlist.list(EVENT, { after: 0, limit: PARTY, liveOnly: false }),
  'whose offers nobody answered': ({ waitlist }) => waitlist.overdue(LATELY, PARTY),
  'in which lines anybody waits': ({ waitlist }) => waitlist.eventsWaitedFor(),
};
