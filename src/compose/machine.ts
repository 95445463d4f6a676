import type { Database, SqlConnection } from '../adapters/sql/database.ts';
import type { TokenKey } from '../adapters/system/seals.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Tracer } from '../core/tracer.ts';
import type { PaymentProvider } from '../payment/ports/payment-provider.ts';
import type { ProviderCalls } from '../payment/ports/provider-calls.ts';
import type { ProviderNotices } from '../payment/ports/provider-notices.ts';
import type { MapTellings } from '../realtime/ports/map-tellings.ts';
import type { Dequeues } from '../request-queue/ports/request-store.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import { ALL_ROLES, type RolesHere } from '../roles.ts';
import type { Show } from '../telemetry/figures.ts';
import type { Mailer } from '../ticket/ports/mailer.ts';
import type { Announcements as RoomAnnouncements } from '../waiting-room/ports/announcements.ts';
import type { TrainIntake } from './editions/train-intake.ts';
import type { Ground } from './ground.ts';
import { inProcess } from './in-process.ts';

/** What a process runs on; the simulation brings twins of all of it. */
export interface Machine {
  config: Pick<
    Config,
    | 'sale'
    | 'queue'
    | 'waitingRoom'
    | 'waitlist'
    | 'train'
    | 'rush'
    | 'concerts'
    | 'payment'
    | 'http'
    | 'streams'
    | 'roles'
  >;
  /** What of the program this process is; all of it when it is not said. */
  roles?: RolesHere;
  clock: Clock;
  random: Random;
  database: Database;
  /** A copy of the ledger, to read halls from. */
  replica?: Pick<SqlConnection, 'query'> | undefined;
  /** Without one, everything is in this process. */
  ground?: Ground;
  paymentProvider?: PaymentProvider;
  /** Reads the notices of that one, if it sends any. */
  noticeReader?: ProviderNotices | undefined;
  /** Hears of seat moves beside the live map, and of what takes time: metrics, or the simulation's checkers. */
  listener?: Partial<Announcements & Dequeues & ProviderCalls & MapTellings>;
  /** Hears of places in waiting rooms, and of rooms that changed. */
  roomListener?: Partial<RoomAnnouncements>;
  /** Puts figures among the metrics, to be asked for at each scrape. */
  show?: Show;
  /** Tells the operator what he should look at. */
  warn?: (sentence: string) => void;
  /** The first signs the waiting rooms' tokens; without any they end with the process. */
  tokenKeys?: readonly TokenKey[];
  /** The first signs the tickets, see adapters/system/ticket-keys.ts; without any they end with the process. */
  ticketKeys?: string;
  /** In which tickets say their times, as the tz database names it; UTC without it. */
  ticketTimeZone?: string;
  /** Follows orders through their steps; nothing is done for it without one. */
  tracer?: Tracer | undefined;
  /** Without one, the train is asked over HTTP alone. */
  trainIntake?: TrainIntake | undefined;
  /** Without one, nobody is sent tickets. */
  mailer?: Mailer | undefined;
}

/** A machine whose ground and roles are settled. */
export interface Grounded extends Machine {
  ground: Ground;
  roles: RolesHere;
}

/** Alone in its process and with every role, unless the machine says otherwise. */
export function grounded(machine: Machine): Grounded {
  const { clock, random, database, roles = ALL_ROLES } = machine;
  const alone = () => inProcess({ clock, random, database, lockTimeoutSeconds: 30 });
  return { ...machine, roles, ground: machine.ground ?? alone() };
}
