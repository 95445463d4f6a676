import type { AccountStore } from '../../src/account/ports/account-store.ts';
import type { CatalogStore } from '../../src/catalog/ports/catalog-store.ts';
import type { EditionEvents } from '../../src/catalog/ports/edition-events.ts';
import type { SeriesStore } from '../../src/catalog/ports/series-store.ts';
import type { CommandLog } from '../../src/core/command.ts';
import type { Ids } from '../../src/core/ids.ts';
import type { Outbox } from '../../src/core/message.ts';
import type { DeadLetterStore } from '../../src/dead-letter/ports/dead-letter-store.ts';
import type { OrderStore } from '../../src/order/ports/order-store.ts';
import type { NoticeLog } from '../../src/payment/ports/notice-log.ts';
import type { PaymentStore } from '../../src/payment/ports/payment-store.ts';
import type { ProviderReferences } from '../../src/payment/ports/provider-references.ts';
import type { LatestRequests } from '../../src/request-queue/ports/latest-requests.ts';
import type { RequestLedger } from '../../src/request-queue/ports/request-ledger.ts';
import type { RequestStore } from '../../src/request-queue/ports/request-store.ts';
import type { SeatMove } from '../../src/reservation/claims.ts';
import type { AttemptLog } from '../../src/reservation/ports/attempt-log.ts';
import type { HoldHistory } from '../../src/reservation/ports/hold-history.ts';
import type { SeatLedger } from '../../src/reservation/ports/seat-ledger.ts';
import type { SeatStore } from '../../src/reservation/ports/seat-store.ts';
import type { MailStore } from '../../src/ticket/ports/mail-store.ts';
import type { TicketStore } from '../../src/ticket/ports/ticket-store.ts';
import type { SessionNames } from '../../src/waiting-room/ports/session-names.ts';
import type { WaitingRoomStore } from '../../src/waiting-room/ports/waiting-room-store.ts';
import type { SeriesLineStore } from '../../src/waiting-room/series-line/ports/series-line-store.ts';
import type { WaitlistStore } from '../../src/waitlist/ports/waitlist-store.ts';
import type { Faults } from './faults.ts';
import type { HandClock } from './hand-clock.ts';

/** Every port that a back end fills; each suite takes the ones it is about. */
export interface Ports {
  seatStore: SeatStore;
  seatLedger: SeatLedger;
  holdHistory: HoldHistory;
  orderStore: OrderStore;
  ticketStore: TicketStore;
  mailStore: MailStore;
  catalogStore: CatalogStore;
  paymentStore: PaymentStore;
  commandLog: CommandLog;
  outbox: Outbox;
  ids: Ids;
  deadLetters: DeadLetterStore;
  sessionNames: SessionNames;
  paymentReferences: ProviderReferences;
  paymentNotices: NoticeLog;
  waitingRoomStore: WaitingRoomStore;
  requestStore: RequestStore;
  requestLedger: RequestLedger;
  latestRequests: LatestRequests;
  accountStore: AccountStore;
  seriesStore: SeriesStore;
  attemptLog: AttemptLog;
  seriesLines: SeriesLineStore;
  waitlistStore: WaitlistStore;
  editionEvents: EditionEvents;
}

/** What the seat store told its listener. */
export type Announced =
  | { type: 'moved'; eventId: number; moves: readonly SeatMove[] }
  | { type: 'reloaded'; eventId: number; epoch: number };

/** A back end at work. */
export interface Running {
  /** Of the latest start. */
  readonly ports: Ports;
  readonly clock: HandClock;
  readonly faults: Faults;
  /** Everything announced since the start or the last `reopen`. */
  readonly announced: Announced[];
  /** Resolves when everything decided so far is in the ledger. */
  settled(): Promise<void>;
  /** Ends the program's side of the back end and starts it again on the same data. */
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

/** One way to fill all ports. */
export interface Backend {
  readonly name: string;
  /**
   * Where the claims are that decisions rest on: in the program's memory, which a lost commit or a restart makes it read
   * anew; in the ledger itself; or in a server that outlives the program, from which holds follow into the ledger.
   */
  readonly claimsAre: 'in the program' | 'in the ledger' | 'in a server';
  /** Why it cannot run here; undefined when it can. */
  absent(): string | undefined;
  start(): Promise<Running>;
}
