import { sqlCatalogStore } from './adapters/sql/catalog-store.ts';
import { sqlCommandLog } from './adapters/sql/command-log.ts';
import { forgetCommitMarks } from './adapters/sql/commit-marks.ts';
import { blockIds } from './adapters/sql/ids.ts';
import { announcementsTo } from './bridges/announcements.ts';
import { holdNews } from './bridges/buyer-news.ts';
import { hallsOf } from './bridges/halls.ts';
import { mapSource } from './bridges/map-source.ts';
import { seatCounts } from './bridges/seat-counts.ts';
import { followCatalog } from './catalog/jobs.ts';
import { CatalogService } from './catalog/service.ts';
import { composeConcerts } from './compose/concerts.ts';
import { type Duty, startDuties } from './compose/duties.ts';
import { inProcess } from './compose/in-process.ts';
import type { Machine } from './compose/machine.ts';
import { composeMessages } from './compose/messages.ts';
import { composeOrders } from './compose/order-service.ts';
import type { Payments } from './compose/payments.ts';
import { composeQueue } from './compose/queue.ts';
import { composeSeatEditions, type SeatEditions, seatUpdatesTo } from './compose/seat-editions.ts';
import { composeSeats } from './compose/seats.ts';
import { composeSeries } from './compose/series.ts';
import { showSale } from './compose/shown.ts';
import { composeTickets } from './compose/tickets.ts';
import { composeTrain, type TrainEdition } from './compose/train.ts';
import { composeWaitingRooms, type WaitingRooms } from './compose/waiting-rooms.ts';
import { composeWaitlist, type Waitlist } from './compose/waitlist.ts';
import { HALL_LIMIT } from './contract/event.ts';
import type { Admissions } from './core/admissions.ts';
import { HOUR, MINUTE, SECOND } from './core/clock.ts';
import { Once } from './core/command.ts';
import { every } from './core/every.ts';
import type { EventBus } from './core/message.ts';
import type { DeadLetterStore } from './dead-letter/ports/dead-letter-store.ts';
import type { ConcertsNeeds } from './editions/concerts/needs.ts';
import { StreamFrame } from './http/stream-socket.ts';
import { driveOrders, freeOrphans } from './order/jobs.ts';
import type { OrderService } from './order/service.ts';
import type { PaymentNotices } from './payment/notices.ts';
import { patchVoice } from './realtime/map-voice.ts';
import { SeatMaps } from './realtime/service.ts';
import type { RequestStreams } from './request-queue/request-streams.ts';
import type { RequestQueueService } from './request-queue/service.ts';
import type { ChosenSeatStore } from './reservation/chosen-seat-store.ts';
import { sweepExpiries } from './reservation/jobs.ts';
import type { SeatStore } from './reservation/ports/seat-store.ts';
import { SeatEnquiries } from './reservation/seat-enquiries.ts';
import { ReservationService } from './reservation/service.ts';
import { ALL_ROLES, ROLES, type Role, type RolesHere } from './roles.ts';
import type { Ticketing } from './ticket/ticketing.ts';

/** The whole sale, as one process has it. */
export interface Sale {
  roles: RolesHere;
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
  waitlist: Waitlist;
  train: TrainEdition;
  seatStore: SeatStore;
  editions: SeatEditions;
  concerts: ConcertsNeeds;
  admissions: Admissions;
  ticketing: Ticketing;
  /** Messages that a consumer gave up. */
  deadLetters: DeadLetterStore;
  /** Starts what runs by itself: sweeps, reconcilers, the relay, and what is given. The result stops it. */
  startJobs(more?: readonly Duty[]): () => void;
}

/** Wires the slices to each other and to their adapters. The one place that knows both sides of every port. */
export async function composeSale(machine: Machine): Promise<Sale> {
  const { config, clock, random, database, roles = ALL_ROLES } = machine;
  const ground = machine.ground ?? inProcess({ clock, random, database, lockTimeoutSeconds: 30 });
  const ids = await blockIds(database, clock, random);
  const commandLog = sqlCommandLog(database, clock, { keptMillis: config.http.idempotencyHours * HOUR });
  const once = new Once(commandLog);

  const late: {
    seatStore?: ChosenSeatStore;
    maps?: SeatMaps<StreamFrame>;
    payments?: Payments;
    train?: TrainEdition;
    editions?: SeatEditions;
  } = {};
  const catalog = new CatalogService({
    store: sqlCatalogStore(database, machine.replica),
    counts: seatCounts(() => late.seatStore as ChosenSeatStore),
    clock,
    ids,
    once,
    news: ground.catalogNews,
    hallLimit: HALL_LIMIT,
    isShared: ground.isShared,
  });
  await catalog.load();

  const inSeries = await composeSeries(
    { ...machine, ground },
    { catalog, ids, seatStore: () => late.seatStore as SeatStore },
  );
  const halls = hallsOf(catalog, inSeries.series);
  const waitingRooms = composeWaitingRooms(machine, {
    catalog,
    seatStore: () => late.seatStore as SeatStore,
    roomsOn: ground.rooms,
    paymentPace: () => late.payments?.health.pace() ?? 1,
  });
  const { requestNews: news } = ground;
  const limits = {
    seatsPerHold: config.sale.maxSeatsPerReservation,
    longestHoldMillis: config.sale.maxHoldTotalSeconds * SECOND,
    lapsesAllowed: config.sale.holdChurnMax,
    listed: 1_000,
  };
  const waitlist = composeWaitlist(
    { ...machine, ground },
    { catalog, commandLog, once, news, limits, seats: () => claiming },
  );
  const announcements = announcementsTo(
    () => late.maps,
    holdNews(news),
    waitingRooms.seatListener,
    waitlist.seatListener,
    { seatsMoved: (...moved) => late.train?.seatListener.seatsMoved(...moved) },
    seatUpdatesTo(() => late.editions),
    inSeries.seatListener,
    machine.listener,
  );
  const claiming = composeSeats({ ...machine, ground }, { catalog, halls, ids, announcements });
  const { store: seatStore, history } = claiming;
  late.seatStore = seatStore;
  const train = composeTrain({ ...machine, ground }, { catalog, seatStore, waitlist });
  late.train = train;

  const maps = new SeatMaps<StreamFrame>({
    clock,
    voice: patchVoice((text, id) => new StreamFrame(text, id)),
    limits: { keptPatches: 1_000, laggingBytes: config.streams.bufferBytes / 4, laggingMillis: 5 * SECOND },
    source: mapSource(catalog, seatStore),
    board: ground.board,
    leases: ground.leases,
    tellings: machine.listener,
  });
  late.maps = maps;

  const enquiries = new SeatEnquiries({ seatStore, halls, history, listed: limits.listed });
  const reservations = new ReservationService({
    seatStore,
    enquiries,
    halls,
    history,
    clock,
    once,
    limits,
    precedence: waitlist.precedence,
    salesDesk: inSeries.salesDesk(history),
  });

  const { bus } = ground;
  const messages = composeMessages(machine, bus);
  const surroundings = { catalog, seatStore, history, ids, once, messages };
  const { orders, orderStore, payments } = composeOrders({ ...machine, ground }, surroundings);
  late.payments = payments;
  const editions = composeSeatEditions(
    { ...machine, ground },
    { catalog, halls, seatStore, history, reservations, orders, once, waitingRooms },
  );
  late.editions = editions;
  if (roles.has('order')) await orders.releaseOrphans();
  const paymentNotices = payments.notices(orders);

  // A consumer listens in the processes of its role.
  const deaf: EventBus = { publish: (told) => bus.publish(told), subscribe: () => {} };
  const busOf = (role: Role): EventBus => (roles.has(role) ? bus : deaf);
  const tickets = composeTickets(machine, { catalog, once, bus: busOf('ticket'), orderStore });
  const queue = composeQueue(
    { ...machine, ground },
    {
      ...{ catalog, reservations, commandLog, once, ids, bus: busOf('reservation') },
      ...{ standing: waitingRooms.gate, settled: claiming.settled },
    },
  );
  const concerts = composeConcerts(
    { ...machine, ground },
    {
      ...{
        catalog,
        reservations,
        orders,
        seatStore,
        requests: queue.requests,
        requestStreams: queue.streams,
      },
      ...{ admissions: waitingRooms.gate, inSeries, halls, history, ids, once },
    },
  );
  showSale(machine, { catalog, seatStore, orderStore, payments, maps });
  return {
    roles,
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
    waitlist,
    train,
    seatStore,
    editions,
    concerts,
    admissions: waitingRooms.gate,
    ticketing: tickets,
    deadLetters: messages.letters,
    startJobs: (more = []) =>
      startDuties({ roles, clock, leases: ground.leases }, [
        ...more,
        { of: ROLES, start: () => [followCatalog(catalog, ground.catalogNews, clock), inSeries.follow()] },
        ...concerts.duties,
        { of: ['catalog', 'reservation', 'order', 'worker'], start: claiming.startJobs },
        { of: ['reservation'], start: () => [sweepExpiries(seatStore, clock), ...waitlist.startJobs()] },
        { of: ['waiting-room'], start: () => [...waitingRooms.startJobs(), ...payments.startJobs()] },
        { of: ['waiting-room'], alone: 'names', start: editions.rush.startJobs },
        { of: ['worker'], start: queue.startJobs },
        { of: ['order'], start: () => [messages.keepLimit()] },
        {
          of: ['order'],
          alone: 'orders',
          start: () => [driveOrders(orders, clock), freeOrphans(orders, clock), editions.end.keepEnding()],
        },
        {
          of: ['payment'],
          alone: 'notices',
          start: () => [every(clock, HOUR, () => paymentNotices.forgetOld())],
        },
        { of: ['ticket'], alone: 'mails', start: tickets.startJobs },
        {
          of: ['order', 'worker'],
          alone: 'ledger',
          start: () => [
            ...messages.startJobs(),
            every(clock, 10 * MINUTE, () => commandLog.forgetOld()),
            every(clock, MINUTE, () => forgetCommitMarks(database, clock.now() - HOUR)),
          ],
        },
      ]),
  };
}
