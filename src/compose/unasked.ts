import { forgetCommitMarks } from '../adapters/sql/commits/commit-marks.ts';
import { followCatalog } from '../catalog/jobs.ts';
import { HOUR, MINUTE } from '../core/clock.ts';
import { every } from '../core/every.ts';
import { driveOrders, freeOrphans } from '../order/jobs.ts';
import type { OrderService } from '../order/service.ts';
import type { PaymentNotices } from '../payment/notices.ts';
import { letMapsGo } from '../realtime/jobs.ts';
import type { LiveMapService } from '../realtime/service.ts';
import { sweepExpiries } from '../reservation/jobs.ts';
import { ROLES } from '../roles.ts';
import type { Duty } from './duties.ts';
import type { SeatEditions } from './editions/seat-editions.ts';
import type { Foundation } from './foundation.ts';
import type { Grounded } from './machine.ts';
import type { Messages } from './messages.ts';
import type { Payments } from './payments.ts';
import type { WaitingRooms } from './waiting-rooms.ts';
import type { Waitlist } from './waitlist.ts';

interface Jobs {
  startJobs(): (() => void)[];
}

interface Slices {
  orders: OrderService;
  payments: Payments;
  paymentNotices: PaymentNotices;
  messages: Messages;
  waitingRooms: WaitingRooms;
  waitlist: Waitlist;
  maps: Pick<LiveMapService<unknown>, 'letGoIdle'>;
  editions: SeatEditions;
  tickets: Jobs;
  queue: Jobs;
  concerts: { duties: readonly Duty[] };
}

/** What a sale does unasked: sweeps, reconcilers, relays, housekeeping. Part of `compose`. */
export function unasked(
  { clock, database, ground }: Grounded,
  { catalog, inSeries, seatStore, commandLog, startSeatJobs }: Foundation,
  slices: Slices,
): Duty[] {
  const { orders, payments, paymentNotices, messages, waitingRooms, waitlist, editions } = slices;
  return [
    { of: ROLES, start: () => [followCatalog(catalog, ground.catalogNews, clock), inSeries.follow()] },
    ...slices.concerts.duties,
    { of: ROLES, start: () => [slices.maps, editions.updates].map((maps) => letMapsGo(maps, clock)) },
    { of: ['catalog', 'reservation', 'order', 'worker'], start: startSeatJobs },
    { of: ['reservation'], start: () => [sweepExpiries(seatStore, clock), ...waitlist.startJobs()] },
    { of: ['waiting-room'], start: () => [...waitingRooms.startJobs(), ...payments.startJobs()] },
    { of: ['waiting-room'], alone: 'names', start: editions.rush.startJobs },
    { of: ['worker'], start: slices.queue.startJobs },
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
    { of: ['ticket'], alone: 'mails', start: slices.tickets.startJobs },
    {
      of: ['order', 'worker'],
      alone: 'ledger',
      start: () => [
        ...messages.startJobs(),
        every(clock, 10 * MINUTE, () => commandLog.forgetOld()),
        every(clock, MINUTE, () => forgetCommitMarks(database, clock.now() - HOUR)),
      ],
    },
  ];
}
