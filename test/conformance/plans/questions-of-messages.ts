import { takenReads } from '../../../src/adapters/sql/messages/inbox.ts';
import { CONSUMER, message } from '../../backends/crowded-ledger.ts';
import { PARTY, type Questions } from './stores.ts';

/** Of a consumer that has dealt with thousands. */
export const OF_MESSAGES: Questions = {
  'whether messages were dealt with': ({ database }) => {
    const isTaken = takenReads(database);
    return Promise.all(Array.from({ length: PARTY }, (_, index) => isTaken(CONSUMER, message(index))));
  },
};
