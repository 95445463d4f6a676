import { presentBackends } from '../backends/registry.ts';
import { catalogStoreConformance } from './catalog-store.ts';
import { orderStoreConformance } from './order-store.ts';
import { seatLedgerConformance } from './seat-ledger.ts';
import { seatStoreConformance } from './seat-store.ts';
import { seatStoreInTime } from './seat-store-in-time.ts';
import { seatStoreModel } from './seat-store-model.ts';
import {
  commandLogConformance,
  eventBusConformance,
  idsConformance,
  outboxConformance,
  paymentProviderConformance,
  paymentStoreConformance,
} from './small-ports.ts';

/** Every port's suite on every back end that is here. */
const backends = presentBackends();

seatStoreConformance(backends);
seatStoreInTime(backends);
seatLedgerConformance(backends);
orderStoreConformance(backends);
catalogStoreConformance(backends);
paymentStoreConformance(backends);
commandLogConformance(backends);
outboxConformance(backends);
idsConformance(backends);
eventBusConformance(backends);
paymentProviderConformance(backends);
seatStoreModel(backends);
