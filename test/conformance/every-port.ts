import { afterAll, it } from 'vitest';
import type { Backend } from '../backends/backend.ts';
import { stopServers } from '../backends/on-servers.ts';
import { presentBackends } from '../backends/registry.ts';
import { catalogStoreConformance } from './catalog-store.ts';
import {
  accountStoreConformance,
  attemptLogConformance,
  latestRequestsConformance,
  seriesStoreConformance,
} from './concert-stores.ts';
import { deadLetterStoreConformance } from './dead-letters.ts';
import { orderStoreConformance } from './order-store.ts';
import { paymentStoreConformance } from './payment-store.ts';
import { requestLedgerConformance } from './request-ledger.ts';
import { requestStoreConformance } from './request-store.ts';
import { seatLedgerConformance } from './seat-ledger.ts';
import { seatStoreConformance } from './seat-store.ts';
import { seatStoreBehind } from './seat-store-behind.ts';
import { seatStoreInTime } from './seat-store-in-time.ts';
import { seatStoreModel } from './seat-store-model.ts';
import { seatStoreWithOneSeat } from './seat-store-one-seat.ts';
import { seriesLineStoreConformance } from './series-line-store.ts';
import { sessionNamesConformance } from './session-names.ts';
import { commandLogConformance, idsConformance, outboxConformance } from './small-ports.ts';
import { mailStoreConformance, ticketStoreConformance } from './ticket-store.ts';
import { waitingRoomStoreConformance } from './waiting-room-store.ts';
import { editionEventsConformance, waitlistStoreConformance } from './waitlist-store.ts';

/** The back ends whose suites have a test file of their own, so that files run side by side. */
const APART = ['postgres', 'mariadb', 'redis', 'redis-cluster'] as const;

/** Every port's suite on these back ends, as far as they are here. */
export function everyPortOn(...names: readonly (typeof APART)[number][]): void {
  const backends = presentBackends().filter(({ name }) => (names as readonly string[]).includes(name));
  if (backends.length === 0) it.skip(`every port on ${names.join(' and ')}: absent`, () => undefined);
  everyPort(backends);
}

/** And on all others. */
export function everyPortOnTheRest(): void {
  everyPort(presentBackends().filter(({ name }) => !(APART as readonly string[]).includes(name)));
}

function everyPort(backends: readonly Backend[]): void {
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
  deadLetterStoreConformance(backends);
  idsConformance(backends);
  seatStoreModel(backends);
  seatStoreWithOneSeat(backends);
  ticketStoreConformance(backends);
  mailStoreConformance(backends);
  waitingRoomStoreConformance(backends);
  sessionNamesConformance(backends);
  waitlistStoreConformance(backends);
  editionEventsConformance(backends);
  requestStoreConformance(backends);
  requestLedgerConformance(backends);
  accountStoreConformance(backends);
  seriesStoreConformance(backends);
  attemptLogConformance(backends);
  latestRequestsConformance(backends);
  seriesLineStoreConformance(backends);
}
