import { readBuyer } from '../../../src/adapters/sql/seat-rows/buyer-rows.ts';
import { sqlHoldHistory } from '../../../src/adapters/sql/seats/hold-history.ts';
import { buyer, LATELY } from '../../backends/crowded-ledger.ts';
import { ANN, EVENT, PARTY, type Questions } from './stores.ts';

let accepted = 0;

/** Of requests and claims, of which everybody has a few. */
export const OF_BUYERS: Questions = {
  'accepting requests': ({ requests }) =>
    Promise.all(
      Array.from({ length: PARTY }, (_, index) =>
        requests.accept(
          {
            requestId: `accepted${++accepted}`,
            eventId: EVENT,
            lane: 'normal',
            userId: buyer(index),
            sessionId: null,
            seatIds: [1],
            admissionId: null,
          },
          () => null,
        ),
      ),
    ),
  'claiming requests': ({ requests }) => requests.claim(EVENT, PARTY),
  "a buyer's requests": ({ requests }) => requests.unfinishedOf(ANN),
  "a buyer's claims, before he gets another": ({ database }) =>
    database.transaction((transaction) =>
      readBuyer(transaction, {
        eventId: EVENT,
        userId: ANN,
        now: LATELY,
        lapsedSince: LATELY,
        clause: '',
      }),
    ),
  "a buyer's live holds": ({ database }) =>
    sqlHoldHistory(database).holdsOf(ANN, { liveOnly: true, limit: PARTY }),
  "a buyer's live holds at an event": ({ database }) =>
    sqlHoldHistory(database).holdsOf(ANN, { eventId: EVENT, liveOnly: true, limit: PARTY }),
  "all of a buyer's holds": ({ database }) =>
    sqlHoldHistory(database).holdsOf(ANN, { liveOnly: false, limit: PARTY }),
  'how many seats a buyer has': ({ database }) =>
    sqlHoldHistory(database).claimsOf(ANN, [EVENT, EVENT + 1], LATELY),
};
