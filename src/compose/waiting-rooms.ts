import { embeddedWaitingRoomStore } from '../adapters/embedded/waiting-room-store.ts';
import { ledgerHealth } from '../adapters/sql/ledger-health.ts';
import { sqlWaitingRoomLedger } from '../adapters/sql/waiting-room-ledger.ts';
import { systemDigest } from '../adapters/system/digest.ts';
import { systemSeals, type TokenKey } from '../adapters/system/seals.ts';
import { stockOf } from '../bridges/stock.ts';
import { roomsOf } from '../bridges/waiting-rooms.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Machine } from '../compose.ts';
import { SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { StreamFrame } from '../http/stream-socket.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { Draws } from '../waiting-room/draws.ts';
import { Gate } from '../waiting-room/gate.ts';
import { keepLettingIn, keepWatching } from '../waiting-room/jobs.ts';
import { Lines } from '../waiting-room/lines.ts';
import { Passes } from '../waiting-room/passes.ts';
import type { Announcements as RoomAnnouncements } from '../waiting-room/ports/announcements.ts';
import type { Rooms } from '../waiting-room/ports/rooms.ts';
import type { WaitingRoomStore } from '../waiting-room/ports/waiting-room-store.ts';
import { WaitingRoomService } from '../waiting-room/service.ts';
import { lineFrame } from '../waiting-room/wire.ts';

/** The people in line, and the gate they come in by. */
export interface WaitingRooms {
  service: WaitingRoomService;
  lines: Lines<StreamFrame>;
  rooms: Rooms;
  gate: Gate;
  store: WaitingRoomStore;
  /** To be told of every move of a seat: what is left decides who is let in. */
  seatListener: Announcements;
  startJobs(): (() => void)[];
}

/** Wires the waiting rooms to the catalogue, the seats and the ledger. */
export function composeWaitingRooms(
  machine: Machine,
  { catalog, seatStore }: { catalog: CatalogService; seatStore: () => SeatStore },
): WaitingRooms {
  const { config, clock, random, database } = machine;
  const digest = systemDigest();
  const passes = new Passes(systemSeals(machine.tokenKeys ?? [passingKey(random)]), clock);
  const rooms = roomsOf(catalog, { entryMillis: config.waitingRoom.entryTokenSeconds * SECOND });
  const { inventory, listener: seatListener } = stockOf(seatStore);

  const late: { gate?: Gate; lines?: Lines<StreamFrame> } = {};
  const announcements: RoomAnnouncements = {
    placesMoved(eventId, places, view) {
      late.gate?.placesMoved(eventId, places);
      late.lines?.placesMoved(eventId, places, view);
      machine.roomListener?.placesMoved?.(eventId, places, view);
    },
    roomChanged(eventId, view) {
      late.lines?.roomChanged(eventId, view);
      machine.roomListener?.roomChanged?.(eventId, view);
    },
  };
  const store = embeddedWaitingRoomStore({
    clock,
    digest,
    announcements,
    ledger: sqlWaitingRoomLedger(database),
  });
  const draws = new Draws({ store, digest, clock, random });
  const health = ledgerHealth(database, clock);
  const service = new WaitingRoomService({ store, draws, rooms, passes, inventory, health, clock, random });
  const gate = new Gate({ store, rooms, passes, clock });
  late.gate = gate;
  const frame = (news: Parameters<typeof lineFrame>[0]) =>
    new StreamFrame(JSON.stringify(lineFrame(news)), undefined, news.type);
  const lines = new Lines<StreamFrame>({ service, passes, clock, frame });
  late.lines = lines;
  return {
    ...{ service, lines, rooms, gate, store, seatListener },
    startJobs: () => [keepLettingIn(service, rooms, clock), keepWatching(lines, clock)],
  };
}

/** Where nobody keeps a key, one for the life of this process: its tokens end with it. */
function passingKey(random: Random): TokenKey {
  return { kid: 'passing', key: Buffer.from(random.hex(32), 'hex') };
}
