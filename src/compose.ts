import { seatsToMaps } from './bridges/live-maps.ts';
import { mapSource } from './bridges/map-source.ts';
import type { CatalogService } from './catalog/service.ts';
import { composeBuyers } from './compose/buyers.ts';
import { type Duty, startDuties } from './compose/duties.ts';
import { composeConcerts } from './compose/editions/concerts.ts';
import { composeSeatEditions, type SeatEditions } from './compose/editions/seat-editions.ts';
import { composeTrain, type TrainEdition } from './compose/editions/train.ts';
import { composeTrainIntake } from './compose/editions/train-intake.ts';
import { showSale } from './compose/figures.ts';
import { composeFoundation, type Foundation } from './compose/foundation.ts';
import { type Grounded, grounded, type Machine } from './compose/machine.ts';
import { composeMessages } from './compose/messages.ts';
import { composeOrders } from './compose/orders.ts';
import type { Payments } from './compose/payments.ts';
import { composeQueue } from './compose/queue.ts';
import { composeTickets } from './compose/tickets.ts';
import { unasked } from './compose/unasked.ts';
import { composeWaitingRooms, type WaitingRooms } from './compose/waiting-rooms.ts';
import { composeWaitlist, type Waitlist } from './compose/waitlist.ts';
import { type Admissions, admittingRepeats } from './core/admissions.ts';
import { SECOND } from './core/clock.ts';
import type { EventBus } from './core/message.ts';
import type { DeadLetterStore } from './dead-letter/ports/dead-letter-store.ts';
import type { ConcertsNeeds } from './editions/concerts/needs.ts';
import { StreamFrame } from './http/streams/stream-socket.ts';
import type { OrderService } from './order/service.ts';
import type { PaymentNotices } from './payment/notices.ts';
import type { BuyerChannels } from './realtime/buyer-channels.ts';
import { patchVoice } from './realtime/map-voice.ts';
import { LiveMapService } from './realtime/service.ts';
import type { RequestStreams } from './request-queue/request-streams.ts';
import type { RequestQueueService } from './request-queue/service.ts';
import type { SeatStore } from './reservation/ports/seat-store.ts';
import { SeatEnquiries } from './reservation/seat-enquiries.ts';
import { ReservationService } from './reservation/service.ts';
import type { Role, RolesHere } from './roles.ts';
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
  maps: LiveMapService<StreamFrame>;
  requests: RequestQueueService;
  requestStreams: RequestStreams;
  buyerChannels: BuyerChannels;
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
export async function composeSale(given: Machine): Promise<Sale> {
  const machine = grounded(given);
  const { clock, ground, roles } = machine;
  const base = await composeFoundation(machine);
  const messages = composeMessages(machine, ground.bus);
  const books = await composeOrders(machine, { ...base, messages });
  const people = composePeople(machine, base, books);
  const shop = composeShop(machine, base, people);
  const editions = composeSeatEditions(machine, { ...base, ...books, ...people, ...shop });
  const busOf = busFor(machine);
  const tickets = composeTickets(machine, { ...base, ...books, bus: busOf('ticket') });
  const { gate } = people.waitingRooms;
  const admissions = admittingRepeats(gate, base.commandLog);
  const queue = composeQueue(machine, { ...base, ...shop, standing: gate });
  const buyers = composeBuyers(machine, { ...base, bus: busOf('reservation') });
  const { requests, streams: requestStreams } = queue;
  const asked = { requests, requestStreams, admissions };
  const concerts = composeConcerts(machine, { ...base, ...books, ...shop, ...asked });
  base.seatMoves.heardBy(
    seatsToMaps(shop.maps),
    ...buyers.seatListeners,
    people.waitingRooms.seatListener,
    people.waitlist.seatListener,
    shop.train.seatListener,
    editions.seatListener,
    concerts.seatListener,
    machine.listener,
  );

  const paymentNotices = books.payments.notices(books.orders);
  const { buyerChannels } = buyers;
  const parts = { ...books, ...people, ...shop, ...asked, buyerChannels, editions, concerts, paymentNotices };
  composeTrainIntake(machine, { train: shop.train.train, admissions });
  showSale(machine, { ...base, ...parts });
  const duties = unasked(machine, base, { ...parts, messages, tickets, queue });
  return {
    ...parts,
    roles,
    catalog: base.catalog,
    seatStore: base.seatStore,
    ticketing: tickets,
    deadLetters: messages.letters,
    startJobs: (more = []) => startDuties({ roles, clock, leases: ground.leases }, [...more, ...duties]),
  };
}

/** Those who wait: before the sale, and for seats that come back. */
function composePeople(machine: Grounded, base: Foundation, { payments }: { payments: Payments }) {
  const { ground } = machine;
  const waitingRooms = composeWaitingRooms(machine, {
    ...base,
    roomsOn: ground.rooms,
    paymentPace: () => payments.health.pace(),
  });
  const waitlist = composeWaitlist(machine, {
    ...base,
    buyerNews: ground.buyerNews,
    standing: waitingRooms.gate,
  });
  return { waitingRooms, waitlist };
}

/** What a buyer does with seats: look at them, hold them. */
function composeShop(machine: Grounded, base: Foundation, { waitlist }: { waitlist: Waitlist }) {
  const { config, clock, ground } = machine;
  const { catalog, seatStore, halls, history, inSeries, limits, once, settled, commandLog } = base;
  const answered = (eventId: number, id: string) => settled(eventId).then(() => commandLog.find(id));
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
    ...(ground.isShared && { answered }),
  });
  const maps = new LiveMapService<StreamFrame>({
    clock,
    voice: patchVoice((text, id) => new StreamFrame(text, id)),
    limits: { keptPatches: 1_000, laggingBytes: config.streams.bufferBytes / 4, laggingMillis: 5 * SECOND },
    source: mapSource(catalog, seatStore),
    board: ground.board,
    leases: ground.leases,
    tellings: machine.listener,
  });
  const train = composeTrain(machine, { catalog, seatStore, history, waitlist });
  return { enquiries, reservations, maps, train };
}

/** A consumer listens in the processes of its role. */
function busFor({ ground: { bus }, roles }: Grounded): (role: Role) => EventBus {
  const deaf: EventBus = { publish: (told) => bus.publish(told), subscribe: () => {} };
  return (role) => (roles.has(role) ? bus : deaf);
}
