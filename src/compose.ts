import { embeddedEventBus } from './adapters/embedded/event-bus.ts';
import { embeddedSeatStore } from './adapters/embedded/seat-store.ts';
import { mockPaymentProvider } from './adapters/payment-providers/mock.ts';
import { sqlCatalogStore } from './adapters/sql/catalog-store.ts';
import { sqlCommandLog } from './adapters/sql/command-log.ts';
import type { Database } from './adapters/sql/database.ts';
import { sqlHoldHistory } from './adapters/sql/hold-history.ts';
import { blockIds } from './adapters/sql/ids.ts';
import { sqlOrderStore } from './adapters/sql/order-store.ts';
import { sqlOutbox } from './adapters/sql/outbox.ts';
import { sqlPaymentStore } from './adapters/sql/payment-store.ts';
import { sqlSeatLedger } from './adapters/sql/seat-ledger.ts';
import { announcementsTo } from './bridges/announcements.ts';
import { hallsOf } from './bridges/halls.ts';
import { mapSource } from './bridges/map-source.ts';
import { orderSeats } from './bridges/order-seats.ts';
import { seatCounts } from './bridges/seat-counts.ts';
import { catalogRoutes } from './catalog/routes.ts';
import { CatalogService } from './catalog/service.ts';
import type { Config } from './config.ts';
import { HALL_LIMIT } from './contract/event.ts';
import { OPEN_ADMISSION } from './core/admission.ts';
import type { Admissions } from './core/admissions.ts';
import { type Clock, HOUR, MINUTE, SECOND } from './core/clock.ts';
import { Once } from './core/command.ts';
import { every } from './core/every.ts';
import type { Random } from './core/random.ts';
import { keepRelaying } from './core/relay.ts';
import type { HttpServer } from './http/kit.ts';
import { StreamFrame } from './http/stream-socket.ts';
import { driveOrders, freeOrphans } from './order/jobs.ts';
import { orderRoutes } from './order/routes.ts';
import { OrderService } from './order/service.ts';
import type { PaymentProvider } from './payment/ports/payment-provider.ts';
import { PaymentService } from './payment/service.ts';
import { realtimeRoutes } from './realtime/routes.ts';
import { SeatMaps } from './realtime/service.ts';
import { sweepExpiries } from './reservation/jobs.ts';
import type { Announcements } from './reservation/ports/announcements.ts';
import type { SeatStore } from './reservation/ports/seat-store.ts';
import { reservationRoutes } from './reservation/routes.ts';
import { SeatEnquiries } from './reservation/seat-enquiries.ts';
import { seatRoutes } from './reservation/seat-routes.ts';
import { ReservationService } from './reservation/service.ts';

/** What a process runs on; the simulation brings twins of all of it. */
export interface Machine {
  config: Pick<Config, 'sale' | 'payment' | 'http' | 'streams'>;
  clock: Clock;
  random: Random;
  database: Database;
  paymentProvider?: PaymentProvider;
  /** Hears of seat moves beside the live map: metrics, or the simulation's checkers. */
  listener?: Partial<Announcements>;
}

/** The whole sale in one process. */
export interface Sale {
  catalog: CatalogService;
  reservations: ReservationService;
  enquiries: SeatEnquiries;
  orders: OrderService;
  maps: SeatMaps<StreamFrame>;
  seatStore: SeatStore;
  admissions: Admissions;
  /** Starts what runs by itself: sweeps, reconcilers, the relay. The result stops it. */
  startJobs(): () => void;
}

/** Wires the slices to each other and to their adapters. The one place that knows both sides of every port. */
export async function composeSale(machine: Machine): Promise<Sale> {
  const { config, clock, random, database } = machine;
  const ids = await blockIds(database, clock, random);
  const commandLog = sqlCommandLog(database, clock, { keptMillis: config.http.idempotencyHours * HOUR });
  const once = new Once(commandLog);

  const late: { seatStore?: SeatStore; maps?: SeatMaps<StreamFrame> } = {};
  const catalog = new CatalogService({
    store: sqlCatalogStore(database),
    counts: seatCounts(() => late.seatStore as SeatStore),
    clock,
    ids,
    once,
    hallLimit: HALL_LIMIT,
  });
  await catalog.load();

  const halls = hallsOf(catalog);
  const seatStore = embeddedSeatStore({
    clock,
    ids,
    halls,
    ledger: sqlSeatLedger(database),
    announcements: announcementsTo(() => late.maps, machine.listener),
  });
  late.seatStore = seatStore;

  const maps = new SeatMaps<StreamFrame>({
    clock,
    frame: (text, id) => new StreamFrame(text, id),
    limits: { keptPatches: 1_000, laggingBytes: config.streams.bufferBytes / 4, laggingMillis: 5 * SECOND },
    source: mapSource(catalog, seatStore),
  });
  late.maps = maps;

  const history = sqlHoldHistory(database);
  const limits = {
    seatsPerHold: config.sale.maxSeatsPerReservation,
    longestHoldMillis: config.sale.maxHoldTotalSeconds * SECOND,
    lapsesAllowed: config.sale.holdChurnMax,
    listed: 1_000,
  };
  const enquiries = new SeatEnquiries({ seatStore, halls, history, listed: limits.listed });
  const reservations = new ReservationService({
    seatStore,
    enquiries,
    halls,
    history,
    clock,
    once,
    limits,
  });

  const provider =
    machine.paymentProvider ??
    mockPaymentProvider({
      clock,
      random,
      failureRate: config.payment.failureRate,
      delayMillis: config.payment.delay,
    });
  const orders = new OrderService({
    store: sqlOrderStore(database),
    seats: orderSeats({ seatStore, catalog, history }),
    payments: new PaymentService({
      provider,
      store: sqlPaymentStore(database),
      clock,
      patienceMillis: 10 * SECOND,
    }),
    clock,
    ids,
    once,
    paymentDeadlineMillis: config.payment.deadlineSeconds * SECOND,
    paymentGraceMillis: 30 * SECOND,
    listed: 1_000,
  });
  await orders.releaseOrphans();

  const bus = embeddedEventBus();
  return {
    catalog,
    reservations,
    enquiries,
    orders,
    maps,
    seatStore,
    admissions: openToAll,
    startJobs() {
      const jobs = [
        sweepExpiries(seatStore, clock),
        driveOrders(orders, clock),
        freeOrphans(orders, clock),
        keepRelaying(sqlOutbox(database), bus, clock),
        every(clock, 10 * MINUTE, () => commandLog.forgetOld()),
      ];
      return () => {
        for (const stop of jobs) stop();
      };
    },
  };
}

/** Declares every route of the sale on a server. */
export function mountRoutes(app: HttpServer, sale: Sale, config: Pick<Config, 'sale' | 'http'>): void {
  const { catalog, reservations, enquiries, orders, maps, admissions } = sale;
  const { currency, holdSeconds, maxLiveSeatsPerUser } = config.sale;
  catalogRoutes(app, catalog, {
    defaults: { currency, holdSeconds, seatsPerBuyer: maxLiveSeatsPerUser },
    bulkBodyLimitBytes: config.http.bulkBodyLimitBytes,
  });
  seatRoutes(app, { enquiries, reservations });
  reservationRoutes(app, reservations, admissions);
  orderRoutes(app, { orders, admissions, events: { describe: (eventId) => catalog.event(eventId) } });
  realtimeRoutes(app, maps);
}

/** Until an event can have a waiting room, every sale is open. */
const openToAll: Admissions = { admit: () => OPEN_ADMISSION };
