import { catalogRoutes } from '../catalog/routes.ts';
import type { Sale } from '../compose.ts';
import type { Config } from '../config.ts';
import { deadLetterRoutes } from '../dead-letter/routes.ts';
import { concertsEdition } from '../editions/concerts/routes.ts';
import { ordersEdition } from '../editions/orders/routes.ts';
import { rushEdition } from '../editions/rush/routes.ts';
import { trainEdition } from '../editions/train/routes.ts';
import type { HttpServer } from '../http/kit.ts';
import { refundRoutes } from '../order/refund-routes.ts';
import { orderRoutes } from '../order/routes.ts';
import { internalPaymentRoutes } from '../payment/internal-routes.ts';
import { paymentRoutes } from '../payment/routes.ts';
import { realtimeRoutes } from '../realtime/routes.ts';
import { requestQueueRoutes } from '../request-queue/routes.ts';
import { requestStreamRoutes } from '../request-queue/stream-routes.ts';
import { reservationRoutes } from '../reservation/routes.ts';
import { seatRoutes } from '../reservation/seat-routes.ts';
import { ticketRoutes } from '../ticket/routes.ts';
import { waitingRoomRoutes } from '../waiting-room/routes.ts';
import { waitlistRoutes } from '../waitlist/routes.ts';
import { ordersNeeds } from './editions/orders.ts';
import { rushNeeds } from './editions/rush.ts';

/**
 * Declares on a server the routes of the roles that this process has. An edition's routes go with the role whose work
 * they ask for: `if (has('order')) …`.
 */
export function mountRoutes(app: HttpServer, sale: Sale, config: Pick<Config, 'sale' | 'http'>): void {
  const { catalog, reservations, enquiries, orders, maps, requests, admissions, payments } = sale;
  const { currency, holdSeconds, maxLiveSeatsPerUser } = config.sale;
  const { has } = sale.roles;
  if (has('catalog')) {
    catalogRoutes(app, catalog, {
      defaults: { currency, holdSeconds, seatsPerBuyer: maxLiveSeatsPerUser },
      bulkBodyLimitBytes: config.http.bulkBodyLimitBytes,
    });
  }
  if (has('reservation')) {
    seatRoutes(app, { enquiries, reservations });
    reservationRoutes(app, reservations, admissions);
    realtimeRoutes(app, maps);
    waitlistRoutes(app, { ...sale.waitlist, admissions });
    trainEdition(app, sale.train.train, admissions);
    const exists = (eventId: number) => catalog.event(eventId) !== undefined;
    requestQueueRoutes(app, { queue: requests, admissions, exists });
    requestStreamRoutes(app, { queue: requests, streams: sale.requestStreams, channels: sale.buyerChannels });
  }
  if (has('order')) {
    orderRoutes(app, { orders, admissions, events: { describe: (eventId) => catalog.event(eventId) } });
    refundRoutes(app, orders);
    deadLetterRoutes(app, sale.deadLetters);
  }
  ordersEdition(app, ordersNeeds(sale), sale.roles);
  rushEdition(app, rushNeeds(sale), sale.roles);
  concertsEdition(app, sale.concerts, sale.roles);
  if (has('payment')) paymentRoutes(app, sale.paymentNotices);
  if (payments.atHand && !sale.roles.isWhole)
    internalPaymentRoutes(app, { payments: payments.atHand, health: payments.health });
  if (has('ticket')) ticketRoutes(app, sale.ticketing);
  if (has('waiting-room')) waitingRoomRoutes(app, sale.waitingRooms);
}
