import { sqlRequestLedger } from '../adapters/sql/requests/request-ledger.ts';
import { requestSeats } from '../bridges/request-seats.ts';
import type { CatalogService } from '../catalog/service.ts';
import { HOUR, SECOND } from '../core/clock.ts';
import type { CommandLog, Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import { forgetRequests, reconcileRequests, serveRequests } from '../request-queue/jobs.ts';
import { Pace } from '../request-queue/pace.ts';
import type { StandingAdmissions } from '../request-queue/ports/standing-admissions.ts';
import { RequestStreams } from '../request-queue/request-streams.ts';
import { RequestQueueService } from '../request-queue/service.ts';
import { RequestWorker } from '../request-queue/worker.ts';
import type { ReservationService } from '../reservation/service.ts';
import { showRequestQueue } from '../telemetry/sale-figures.ts';
import type { Grounded } from './machine.ts';
import { tracedRequests } from './traced.ts';

interface QueueSurroundings {
  catalog: CatalogService;
  reservations: ReservationService;
  commandLog: CommandLog;
  once: Once;
  ids: Ids;
  standing: StandingAdmissions;
  /** Resolves when everything decided of the event's seats is in the ledger. */
  settled(eventId: number): Promise<void>;
}

/** The request queue: its store, its delivery, its workers and those who watch. Part of `compose`. */
export function composeQueue(
  machine: Pick<Grounded, 'config' | 'clock' | 'database' | 'listener' | 'show' | 'tracer' | 'ground'>,
  sale: QueueSurroundings,
) {
  const { config, clock, database, listener, ground } = machine;
  const { requestDelivery: delivery, requestNews: news } = ground;
  const { catalog, reservations, commandLog, once, ids, standing, settled } = sale;
  const { max, maxPerEvent, maxPerUser, batch, attempts, waitSeconds, retentionHours } = config.queue;
  const ledger = sqlRequestLedger(database);
  const store = ground.requestStore({
    limits: { inAll: max, perEvent: maxPerEvent, perBuyer: maxPerUser },
    starvationBound: config.queue.starvationBound,
    dequeues: listener,
  });
  if (machine.show) showRequestQueue(machine.show, clock, store);
  const seatsPerHold = config.sale.maxSeatsPerReservation;
  const asked = requestSeats({ catalog, reservations, commandLog, seatsPerHold, settled });
  const seats = machine.tracer ? tracedRequests(asked, machine.tracer) : asked;
  const pace = new Pace();
  const requests = new RequestQueueService({
    queue: store,
    enquiries: store,
    ledger,
    delivery,
    seats,
    news,
    pace,
    ids,
    once,
    listed: 1_000,
  });
  const worker = new RequestWorker({
    claims: store,
    seats,
    news,
    delivery,
    pace,
    clock,
    standing,
    limits: { batch, attempts, waitMillis: waitSeconds * SECOND },
  });
  const streams = new RequestStreams({
    clock,
    look: (request) => requests.look(request),
    refresh: (eventId) => store.refresh(eventId),
    find: (requestId) => store.find(requestId),
  });
  news.listen(streams);
  const startJobs = () => [
    serveRequests(delivery, worker),
    reconcileRequests(requests, clock),
    forgetRequests(ledger, clock, { keptMillis: retentionHours * HOUR }),
  ];
  return { requests, streams, startJobs };
}
