import { embeddedEventBus } from './adapters/embedded/event-bus.ts';
import { embeddedRequestNews } from './adapters/embedded/request-news.ts';
import { sqlCatalogStore } from './adapters/sql/catalog-store.ts';
import { sqlCommandLog } from './adapters/sql/command-log.ts';
import { forgetCommitMarks } from './adapters/sql/commit-marks.ts';
import type { Database, SqlConnection } from './adapters/sql/database.ts';
import { blockIds } from './adapters/sql/ids.ts';
import { sqlOrderStore } from './adapters/sql/order-store.ts';
import { sqlOutbox } from './adapters/sql/outbox.ts';
import type { TokenKey } from './adapters/system/seals.ts';
import { announcementsTo } from './bridges/announcements.ts';
import { holdNews } from './bridges/buyer-news.ts';
import { hallsOf } from './bridges/halls.ts';
import { mapSource } from './bridges/map-source.ts';
import { orderSeats } from './bridges/order-seats.ts';
import { seatCounts } from './bridges/seat-counts.ts';
import { followCatalog } from './catalog/jobs.ts';
import { catalogRoutes } from './catalog/routes.ts';
import { CatalogService } from './catalog/service.ts';
import type { Ground } from './compose/ground.ts';
import { inProcess } from './compose/in-process.ts';
import { paymentSettings } from './compose/payment-settings.ts';
import { composePayments, type Payments } from './compose/payments.ts';
import { composeQueue } from './compose/queue.ts';
import { composeSeats } from './compose/seats.ts';
import { composeTickets } from './compose/tickets.ts';
import { composeWaitingRooms, type WaitingRooms } from './compose/waiting-rooms.ts';
import type { Config } from './config.ts';
import { HALL_LIMIT } from './contract/event.ts';
import type { Admissions } from './core/admissions.ts';
import { type Clock, HOUR, MINUTE, SECOND } from './core/clock.ts';
import { Once } from './core/command.ts';
import { every } from './core/every.ts';
import { whileHeld } from './core/leases.ts';
import type { Locks } from './core/locks.ts';
import type { Random } from './core/random.ts';
import { keepRelaying } from './core/relay.ts';
import { Unavailable } from './core/unavailable.ts';
import type { HttpServer } from './http/kit.ts';
import { StreamFrame } from './http/stream-socket.ts';
import { driveOrders, freeOrphans } from './order/jobs.ts';
import { refundRoutes } from './order/refund-routes.ts';
import { orderRoutes } from './order/routes.ts';
import { OrderService } from './order/service.ts';
import type { PaymentNotices } from './payment/notices.ts';
import type { PaymentProvider } from './payment/ports/payment-provider.ts';
import { paymentRoutes } from './payment/routes.ts';
import { realtimeRoutes } from './realtime/routes.ts';
import { SeatMaps } from './realtime/service.ts';
import type { Dequeues } from './request-queue/ports/request-store.ts';
import type { RequestStreams } from './request-queue/request-streams.ts';
import { requestQueueRoutes } from './request-queue/routes.ts';
import type { RequestQueueService } from './request-queue/service.ts';
import { requestStreamRoutes } from './request-queue/stream-routes.ts';
import type { ChosenSeatStore } from './reservation/chosen-seat-store.ts';
import { sweepExpiries } from './reservation/jobs.ts';
import type { Announcements } from './reservation/ports/announcements.ts';
import type { SeatStore } from './reservation/ports/seat-store.ts';
import { reservationRoutes } from './reservation/routes.ts';
import { SeatEnquiries } from './reservation/seat-enquiries.ts';
import { seatRoutes } from './reservation/seat-routes.ts';
import { ReservationService } from './reservation/service.ts';
import type { Mailer } from './ticket/ports/mailer.ts';
import { ticketRoutes } from './ticket/routes.ts';
import type { Ticketing } from './ticket/ticketing.ts';
import type { Announcements as RoomAnnouncements } from './waiting-room/ports/announcements.ts';
import { waitingRoomRoutes } from './waiting-room/routes.ts';

/** What a process runs on; the simulation brings twins of all of it. */
export interface Machine {
  config: Pick<Config, 'sale' | 'queue' | 'waitingRoom' | 'payment' | 'http' | 'streams'>;
  clock: Clock;
  random: Random;
  database: Database;
  /** A copy of the ledger, to read halls from. */
  replica?: Pick<SqlConnection, 'query'> | undefined;
  /** Without one, everything is in this process. */
  ground?: Ground;
  paymentProvider?: PaymentProvider;
  /** Hears of seat moves beside the live map: metrics, or the simulation's checkers. */
  listener?: Partial<Announcements & Dequeues>;
  /** The same for waiting rooms. */
  roomListener?: Partial<RoomAnnouncements>;
  /** The first signs the waiting rooms' tokens; without any they end with the process. */
  tokenKeys?: readonly TokenKey[];
  /** The first signs the tickets, see adapters/system/ticket-keys.ts; without any they end with the process. */
  ticketKeys?: string;
  /** In which tickets say their times, as the tz database names it; UTC without it. */
  ticketTimeZone?: string;
  /** Without one, nobody is sent tickets. */
  mailer?: Mailer | undefined;
}

/** The whole sale in one process. */
export interface Sale {
  catalog: CatalogService;
  reservations: ReservationService;
  enquiries: SeatEnquiries;
  orders: OrderService;
  /** Its health tells admission how well can be paid; its `reconcile` compares the books. */
  payments: Payments;
  paymentNotices: PaymentNotices;
  maps: SeatMaps<StreamFrame>;
  requests: RequestQueueService;
  requestStreams: RequestStreams;
  waitingRooms: WaitingRooms;
  /** Whether requests and people can stand in line: not yet where several nodes share the sale. */
  hasLines: boolean;
  seatStore: SeatStore;
  admissions: Admissions;
  ticketing: Ticketing;
  /** Starts what runs by itself: sweeps, reconcilers, the relay. The result stops it. */
  startJobs(): () => void;
}

/** Wires the slices to each other and to their adapters. The one place that knows both sides of every port. */
export async function composeSale(machine: Machine): Promise<Sale> {
  const { config, clock, random, database } = machine;
  const ground = machine.ground ?? inProcess({ clock, random, database, lockTimeoutSeconds: 30 });
  const ids = await blockIds(database, clock, random);
  const commandLog = sqlCommandLog(database, clock, { keptMillis: config.http.idempotencyHours * HOUR });
  const once = new Once(commandLog);

  const late: { seatStore?: ChosenSeatStore; maps?: SeatMaps<StreamFrame> } = {};
  const catalog = new CatalogService({
    store: sqlCatalogStore(database, machine.replica),
    counts: seatCounts(() => late.seatStore as ChosenSeatStore),
    clock,
    ids,
    once,
    news: ground.catalogNews,
    hallLimit: HALL_LIMIT,
    admissionModes: ground.isShared ? ['open'] : ['open', 'waiting_room'],
    isShared: ground.isShared,
  });
  await catalog.load();

  const halls = hallsOf(catalog);
  const waitingRooms = composeWaitingRooms(machine, {
    catalog,
    seatStore: () => late.seatStore as SeatStore,
  });
  const news = embeddedRequestNews();
  const announcements = announcementsTo(
    () => late.maps,
    holdNews(news),
    waitingRooms.seatListener,
    machine.listener,
  );
  const claiming = composeSeats({ ...machine, ground }, { catalog, halls, ids, announcements });
  const { store: seatStore, history } = claiming;
  late.seatStore = seatStore;

  const maps = new SeatMaps<StreamFrame>({
    clock,
    frame: (text, id) => new StreamFrame(text, id),
    limits: { keptPatches: 1_000, laggingBytes: config.streams.bufferBytes / 4, laggingMillis: 5 * SECOND },
    source: mapSource(catalog, seatStore),
    board: ground.board,
    leases: ground.leases,
  });
  late.maps = maps;

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

  const payments = composePayments({
    ...{ clock, random, database, settings: paymentSettings(config) },
    ...(machine.paymentProvider && { provider: machine.paymentProvider }),
  });
  const orderStore = sqlOrderStore(database, ground.isShared ? { remembered: 0 } : {});
  const orders = new OrderService({
    store: orderStore,
    seats: orderSeats({ seatStore, catalog, history }),
    payments: payments.service,
    clock,
    ids,
    once,
    paymentDeadlineMillis: config.payment.deadlineSeconds * SECOND,
    paymentGraceMillis: 30 * SECOND,
    listed: 1_000,
    orphansAreSure: !ground.isShared,
    alone: ground.isShared ? underLock(ground.locks) : undefined,
  });
  await orders.releaseOrphans();
  const paymentNotices = payments.notices(orders);

  const bus = embeddedEventBus();
  const tickets = composeTickets(machine, { catalog, once, bus, orderStore });
  const queue = composeQueue(machine, {
    ...{ catalog, reservations, commandLog, once, ids, news, bus },
    standing: waitingRooms.gate,
  });
  // Kept in the memory of one process, so where nodes share a ground there is none yet.
  return {
    catalog,
    reservations,
    enquiries,
    orders,
    payments,
    paymentNotices,
    maps,
    requests: queue.requests,
    requestStreams: queue.streams,
    waitingRooms,
    hasLines: !ground.isShared,
    seatStore,
    admissions: waitingRooms.gate,
    ticketing: tickets,
    startJobs() {
      const alone = () =>
        stopAll([
          driveOrders(orders, clock),
          freeOrphans(orders, clock),
          keepRelaying(sqlOutbox(database), bus, clock),
          every(clock, 10 * MINUTE, () => commandLog.forgetOld()),
          every(clock, HOUR, () => paymentNotices.forgetOld()),
          every(clock, MINUTE, () => forgetCommitMarks(database, clock.now() - HOUR)),
          ...tickets.startJobs(),
        ]);
      const lease = ground.leases.lease('housekeeping');
      return stopAll([
        sweepExpiries(seatStore, clock),
        followCatalog(catalog, ground.catalogNews, clock),
        ...claiming.startJobs(),
        ...(ground.isShared ? [] : [...queue.startJobs(), ...waitingRooms.startJobs()]),
        whileHeld(lease, { clock, interval: SECOND }, alone),
      ]);
    },
  };
}

/** One task on an order at a time among the nodes: a cancellation and a payment never meet in the middle. */
function underLock(locks: Locks) {
  return async <R>(orderId: number, task: () => Promise<R>): Promise<R> => {
    let done: { result: R } | undefined;
    await locks.distributedLock(`${orderId}:order`, async () => {
      done = { result: await task() };
    });
    if (!done) throw new Unavailable('the order is being worked on');
    return done.result;
  };
}

function stopAll(stops: readonly (() => void)[]): () => void {
  return () => {
    for (const stop of stops) stop();
  };
}

/** Declares every route of the sale on a server. */
export function mountRoutes(app: HttpServer, sale: Sale, config: Pick<Config, 'sale' | 'http'>): void {
  const { catalog, reservations, enquiries, orders, maps, requests, admissions } = sale;
  const { currency, holdSeconds, maxLiveSeatsPerUser } = config.sale;
  catalogRoutes(app, catalog, {
    defaults: { currency, holdSeconds, seatsPerBuyer: maxLiveSeatsPerUser },
    bulkBodyLimitBytes: config.http.bulkBodyLimitBytes,
  });
  seatRoutes(app, { enquiries, reservations });
  reservationRoutes(app, reservations, admissions);
  orderRoutes(app, { orders, admissions, events: { describe: (eventId) => catalog.event(eventId) } });
  refundRoutes(app, orders);
  paymentRoutes(app, sale.paymentNotices);
  realtimeRoutes(app, maps);
  ticketRoutes(app, sale.ticketing);
  if (!sale.hasLines) return;
  requestQueueRoutes(app, { queue: requests, admissions, exists: (id) => catalog.event(id) !== undefined });
  requestStreamRoutes(app, { queue: requests, streams: sale.requestStreams });
  waitingRoomRoutes(app, sale.waitingRooms);
}
