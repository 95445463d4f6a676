import { afterAll } from 'vitest';
import { IN_ROWS } from '../backends/in-rows.ts';
import { stopServers } from '../backends/on-servers.ts';
import { componentPresent } from '../backends/registry.ts';
import { seatStoreConformance } from './seat-store.ts';
import { seatStoreInTime } from './seat-store-in-time.ts';
import { seatStoreModel } from './seat-store-model.ts';
import { seatStoreWithOneSeat } from './seat-store-one-seat.ts';

/** The seat store's suite once more for each strategy that claims in rows, on each ledger that is here. */
const backends = IN_ROWS.filter(({ ledger }) => componentPresent(ledger));
afterAll(stopServers);

seatStoreConformance(backends);
seatStoreInTime(backends);
seatStoreModel(backends);
seatStoreWithOneSeat(backends);
