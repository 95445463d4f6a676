import { sqlCatalogStore } from '../adapters/sql/catalog/catalog-store.ts';
import { sqlCommandLog } from '../adapters/sql/command-log.ts';
import { blockIds } from '../adapters/sql/ids.ts';
import { catalogSeats } from '../bridges/catalog-seats.ts';
import { hallsOf } from '../bridges/halls.ts';
import { CatalogService } from '../catalog/service.ts';
import { HALL_LIMIT } from '../contract/event.ts';
import { HOUR, SECOND } from '../core/clock.ts';
import { Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import { Announcer } from '../reservation/announcer.ts';
import type { ChosenSeatStore } from '../reservation/chosen-seat-store.ts';
import type { ReservationLimits } from '../reservation/hold-terms.ts';
import type { Halls } from '../reservation/ports/halls.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { Grounded } from './machine.ts';
import { composeSeats } from './seats.ts';
import { composeSeries, type SeriesHere } from './series.ts';

/** What all slices of a sale stand on: halls, and the seats in them. */
export interface Foundation {
  ids: Ids;
  commandLog: ReturnType<typeof sqlCommandLog>;
  once: Once;
  limits: ReservationLimits;
  catalog: CatalogService;
  inSeries: SeriesHere;
  halls: Halls;
  seatStore: ChosenSeatStore;
  history: HoldHistory;
  /** Whoever wants to know of every move of a seat is to be added here. */
  seatMoves: Announcer;
  /** Resolves when everything decided of the event's seats is in the ledger. */
  settled(eventId: number): Promise<void>;
  startSeatJobs(): (() => void)[];
}

/** Part of `compose`. */
export async function composeFoundation(machine: Grounded): Promise<Foundation> {
  const { config, clock, random, database, ground } = machine;
  const ids = await blockIds(database, clock, random);
  const commandLog = sqlCommandLog(database, clock, { keptMillis: config.http.idempotencyHours * HOUR });
  const once = new Once(commandLog, { isAlone: !ground.isShared });

  // Seats are made of the catalogue's halls, and the catalogue asks how many of them are left.
  const late: { seatStore?: ChosenSeatStore } = {};
  const seatStoreOfLater = () => late.seatStore as ChosenSeatStore;
  const catalog = new CatalogService({
    store: sqlCatalogStore(database, machine.replica),
    seats: catalogSeats(seatStoreOfLater),
    clock,
    ids,
    once,
    news: ground.catalogNews,
    hallLimit: HALL_LIMIT,
    isShared: ground.isShared,
  });
  await catalog.load();
  const inSeries = await composeSeries(machine, { catalog, ids });
  const halls = hallsOf(catalog, inSeries.series);
  const seatMoves = new Announcer();
  const seats = composeSeats(machine, {
    catalog,
    halls,
    ids,
    commands: commandLog,
    announcements: seatMoves,
  });
  const { store: seatStore, history, settled } = seats;
  late.seatStore = seatStore;
  return {
    ids,
    commandLog,
    once,
    limits: limitsOf(config),
    catalog,
    inSeries,
    halls,
    seatStore,
    history,
    seatMoves,
    settled,
    startSeatJobs: seats.startJobs,
  };
}

function limitsOf({ sale }: Grounded['config']): ReservationLimits {
  return {
    seatsPerHold: sale.maxSeatsPerReservation,
    longestHoldMillis: sale.maxHoldTotalSeconds * SECOND,
    lapsesAllowed: sale.holdChurnMax,
    listed: 1_000,
  };
}
