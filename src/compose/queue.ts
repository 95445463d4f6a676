import { embeddedRequestDelivery } from '../adapters/embedded/request-delivery.ts';
import { embeddedRequestStore } from '../adapters/embedded/request-store.ts';
import { sqlRequestLedger } from '../adapters/sql/request-ledger.ts';
import { tellBookings } from '../bridges/buyer-news.ts';
import { requestSeats } from '../bridges/request-seats.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Machine } from '../compose.ts';
import { HOUR, SECOND } from '../core/clock.ts';
import type { CommandLog, Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import type { EventBus } from '../core/message.ts';
import { forgetRequests, reconcileRequests, serveRequests } from '../request-queue/jobs.ts';
import { Pace } from '../request-queue/pace.ts';
import type { RequestNews } from '../request-queue/ports/request-news.ts';
import type { Standing } from '../request-queue/ports/standing.ts';
import { RequestStreams } from '../request-queue/request-streams.ts';
import { RequestQueueService } from '../request-queue/service.ts';
import { RequestWorker } from '../request-queue/worker.ts';
import type { ReservationService } from '../reservation/service.ts';

interface QueueSurroundings {
  catalog: CatalogService;
  reservations: ReservationService;
  commandLog: CommandLog;
  once: Once;
  ids: Ids;
  news: RequestNews;
  bus: EventBus;
  standing: Standing;
}

/** The request queue: its store, its delivery, its workers and those who watch. Part of `compose`. */
export function composeQueue(
  machine: Pick<Machine, 'config' | 'clock' | 'database' | 'listener'>,
  sale: QueueSurroundings,
) {
  const { config, clock, database, listener } = machine;
  const { catalog, reservations, commandLog, once, ids, news, bus, standing } = sale;
  const { max, maxPerEvent, maxPerUser, batch, attempts, waitSeconds, retentionHours } = config.queue;
  const ledger = sqlRequestLedger(database);
  const store = embeddedRequestStore({
    clock,
    ledger,
    limits: { inAll: max, perEvent: maxPerEvent, perBuyer: maxPerUser },
    starvationBound: config.queue.starvationBound,
    ...(listener && { dequeues: listener }),
  });
  const delivery = embeddedRequestDelivery({ clock });
  const seatsPerHold = config.sale.maxSeatsPerReservation;
  const seats = requestSeats({ catalog, reservations, commandLog, seatsPerHold });
  const pace = new Pace();
  const requests = new RequestQueueService({
    ...{ store, ledger, delivery, seats, news, pace, ids, once },
    listed: 1_000,
  });
  const worker = new RequestWorker({
    ...{ store, seats, news, pace, clock },
    standing,
    limits: { batch, attempts, waitMillis: waitSeconds * SECOND },
  });
  const streams = new RequestStreams({
    clock,
    look: (request) => requests.look(request),
    find: (requestId) => store.find(requestId),
  });
  news.listen(streams);
  tellBookings(bus, news);
  const startJobs = () => [
    serveRequests(delivery, worker),
    reconcileRequests(requests, clock),
    forgetRequests(ledger, clock, { keptMillis: retentionHours * HOUR }),
  ];
  return { requests, streams, startJobs };
}
