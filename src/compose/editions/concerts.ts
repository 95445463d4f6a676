import { sqlLatestRequests } from '../../adapters/sql/requests/latest-requests.ts';
import { sqlAttemptLog } from '../../adapters/sql/seats/attempt-log.ts';
import { concertCatalog } from '../../bridges/concert-catalog.ts';
import { concertLines } from '../../bridges/concert-lines.ts';
import { concertRequests } from '../../bridges/concert-requests.ts';
import { concertReservations } from '../../bridges/concert-reservations.ts';
import type { Sale } from '../../compose.ts';
import { HALL_LIMIT } from '../../contract/event.ts';
import { type Clock, HOUR, MINUTE, SECOND } from '../../core/clock.ts';
import type { Once } from '../../core/command.ts';
import { every } from '../../core/every.ts';
import type { Ids } from '../../core/ids.ts';
import { FreeSeatLists } from '../../editions/concerts/free-seats.ts';
import type { ConcertsNeeds } from '../../editions/concerts/needs.ts';
import { SeatRequests } from '../../request-queue/seat-requests.ts';
import { GuardedHolds } from '../../reservation/guarded-holds.ts';
import type { Announcements } from '../../reservation/ports/announcements.ts';
import type { Halls } from '../../reservation/ports/halls.ts';
import type { HoldHistory } from '../../reservation/ports/hold-history.ts';
import type { SeatStore } from '../../reservation/ports/seat-store.ts';
import { keepLinesMoving, keepWatchersInformed } from '../../waiting-room/series-line/jobs.ts';
import { SeriesLineService } from '../../waiting-room/series-line/service.ts';
import { SeriesLineWatchers } from '../../waiting-room/series-line/watchers.ts';
import type { Duty } from '../duties.ts';
import type { Grounded } from '../machine.ts';
import type { SeriesHere } from '../series.ts';
import { keptAnswers } from './kept-answers.ts';

/** Lists of free seats that are kept for whoever asks next. */
const LISTS_KEPT = 1_000;

/** Setup names no price, so every seat has this one: 100.00 suits every currency. */
const SETUP_PRICE = 100_00;

type Slices = Pick<
  Sale,
  'catalog' | 'reservations' | 'orders' | 'seatStore' | 'requests' | 'requestStreams' | 'admissions'
>;

interface Surroundings extends Slices {
  inSeries: SeriesHere;
  halls: Halls;
  history: HoldHistory;
  ids: Ids;
  once: Once;
}

/** The concerts edition on the sale, what it does unasked, and what tells it of seats. */
export interface ConcertsEdition extends ConcertsNeeds {
  duties: readonly Duty[];
  seatListener: Announcements;
}

/** Part of `compose`. */
export function composeConcerts(machine: Grounded, sale: Surroundings): ConcertsEdition {
  const { config, clock, database, ground } = machine;
  const { catalog, reservations, orders, seatStore, admissions } = sale;
  const { inSeries: here, halls, history, ids, once } = sale;
  const log = sqlAttemptLog(database);
  const guarded = new GuardedHolds({ reservations, halls, log, locks: ground.locks, ids, clock, once });
  const latest = sqlLatestRequests(database);
  const requests = new SeatRequests({ queue: sale.requests, latest, clock });
  const { lines, watchers } = composeLines(machine, here);
  const freeSeats = freeSeatLists(seatStore, clock);
  const duties: Duty[] = [
    {
      of: ['waiting-room'],
      start: () => [keepLinesMoving(lines, clock), keepWatchersInformed(watchers, clock)],
    },
    {
      of: ['reservation'],
      alone: 'attempts',
      start: () => [
        every(clock, MINUTE, () => guarded.forgetOld()),
        every(clock, HOUR, () => latest.forgetBefore(clock.now() - config.queue.retentionHours * HOUR)),
      ],
    },
  ];
  return {
    users: here.accounts,
    concerts: concertCatalog({
      catalog,
      series: here.series,
      freeSeats,
      clearLine: (seriesId) => lines.clear(seriesId),
      terms: {
        currency: config.sale.currency,
        price: SETUP_PRICE,
        seatsAtOnce: HALL_LIMIT,
        policy: {
          // The ledger's rows have the claims, so that a reservation may say how it is kept apart from others.
          claimStrategy: 'optimistic',
          holdMillis: config.concerts.holdSeconds * SECOND,
          seatsPerBuyer: config.sale.maxLiveSeatsPerUser,
          admissionMode: 'open',
        },
      },
    }),
    reservations: concertReservations({ catalog, reservations, guarded, orders, seatStore, history }),
    requests: concertRequests({ requests, streams: sale.requestStreams }),
    lines: concertLines({ lines, watchers, catalog }),
    answers: keptAnswers(machine, once),
    admissions,
    duties,
    seatListener: {
      seatsMoved: (eventId) => freeSeats.moved(eventId),
      seatsReloaded: (eventId) => freeSeats.moved(eventId),
    },
  };
}

function freeSeatLists(seatStore: SeatStore, clock: Clock): FreeSeatLists {
  return new FreeSeatLists({
    clock,
    kept: LISTS_KEPT,
    async read(eventId) {
      const seats = (await seatStore.seats(eventId))?.seats;
      return seats?.flatMap(({ seat, state }) =>
        state === 'AVAILABLE' ? [{ seatId: seat.seatId, number: seat.number }] : [],
      );
    },
  });
}

function composeLines({ config, ground }: Grounded, { series }: SeriesHere) {
  const { queueMax, admitBatch, admitSeconds, activeSeconds } = config.concerts;
  const { store, news } = ground.seriesLines({
    queueMax,
    batch: admitBatch,
    interval: admitSeconds * SECOND,
    activeMillis: activeSeconds * SECOND,
  });
  const watchers = new SeriesLineWatchers({ store, news });
  const lines = new SeriesLineService({
    store,
    news,
    series: {
      exists: (seriesId) => series.series(seriesId) !== undefined,
      all: () => series.all().map(({ seriesId }) => seriesId),
    },
    moved: (seriesId) => watchers.moved(seriesId),
  });
  return { lines, watchers };
}
