import { afterAll } from 'vitest';
import { stopServers } from '../backends/on-servers.ts';
import { presentBackends } from '../backends/registry.ts';
import { catalogStoreConformance } from './catalog-store.ts';
import { orderStoreConformance } from './order-store.ts';
import { paymentStoreConformance } from './payment-store.ts';
import { requestDeliveryConformance } from './request-delivery.ts';
import { requestLedgerConformance } from './request-ledger.ts';
import { requestStoreConformance } from './request-store.ts';
import { seatLedgerConformance } from './seat-ledger.ts';
import { seatStoreConformance } from './seat-store.ts';
import { seatStoreBehind } from './seat-store-behind.ts';
import { seatStoreInTime } from './seat-store-in-time.ts';
import { seatStoreModel } from './seat-store-model.ts';
import {
  commandLogConformance,
  eventBusConformance,
  idsConformance,
  outboxConformance,
} from './small-ports.ts';
import { mailStoreConformance, ticketStoreConformance } from './ticket-store.ts';
import { waitingRoomStoreConformance } from './waiting-room-store.ts';

/** Every port's suite on every back end that is here. */
const backends = presentBackends();
afterAll(stopServers);

seatStoreConformance(backends);
seatStoreInTime(backends);
seatStoreBehind(backends);
seatLedgerConformance(backends);
orderStoreConformance(backends);
catalogStoreConformance(backends);
paymentStoreConformance(backends);
commandLogConformance(backends);
outboxConformance(backends);
idsConformance(backends);
eventBusConformance(backends);
seatStoreModel(backends);
ticketStoreConformance(backends);
mailStoreConformance(backends);
waitingRoomStoreConformance(backends);
requestStoreConformance(backends);
requestLedgerConformance(backends);
requestDeliveryConformance();
