import { ledgerHealth } from '../adapters/sql/ledger/ledger-health.ts';
import { systemDigest } from '../adapters/system/digest.ts';
import { systemSeals, type TokenKey } from '../adapters/system/seals.ts';
import { stockOf } from '../bridges/stock.ts';
import { roomsOf } from '../bridges/waiting-rooms.ts';
import type { CatalogService } from '../catalog/service.ts';
import { SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { StreamFrame } from '../http/streams/stream-socket.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { showWaitingRooms } from '../telemetry/sale-figures.ts';
import { Draws } from '../waiting-room/draw/draws.ts';
import { Gate } from '../waiting-room/gate.ts';
import { keepLettingIn, keepWatching } from '../waiting-room/jobs.ts';
import { Passes } from '../waiting-room/passes.ts';
import { PlaceStreams } from '../waiting-room/place-streams.ts';
import type { Announcements as RoomAnnouncements } from '../waiting-room/ports/announcements.ts';
import type { Rooms } from '../waiting-room/ports/rooms.ts';
import type { WaitingRoomStore } from '../waiting-room/ports/waiting-room-store.ts';
import { WaitingRoomService } from '../waiting-room/service.ts';
import { placeFrame } from '../waiting-room/wire.ts';
import type { Ground } from './ground.ts';
import type { Machine } from './machine.ts';

/** The people in line, and the gate they come in by. */
export interface WaitingRooms {
  service: WaitingRoomService;
  streams: PlaceStreams<StreamFrame>;
  rooms: Rooms;
  passes: Passes;
  gate: Gate;
  store: WaitingRoomStore;
  /** To be told of every move of a seat: what is left decides who is let in. */
  seatListener: Announcements;
  /** The same rooms on other terms: who comes by these must show a session of theirs at their own gate. */
  throughOther(rooms: Rooms): { service: WaitingRoomService; gate: Gate };
  startJobs(): (() => void)[];
}

interface Surroundings {
  catalog: CatalogService;
  seatStore: SeatStore;
  roomsOn: Ground['rooms'];
  /** From 0 to 1: when payment slows, fewer people are let in. */
  paymentPace: () => number;
}

/** Wires the waiting rooms to the catalogue, the seats, the ledger and the till. Part of `compose`. */
export function composeWaitingRooms(
  machine: Machine,
  { catalog, seatStore, roomsOn, paymentPace }: Surroundings,
): WaitingRooms {
  const { config, clock, random, database } = machine;
  const digest = systemDigest();
  const passes = new Passes(systemSeals(machine.tokenKeys ?? [passingKey(random)]), clock);
  const rooms = roomsOf(catalog, { entryMillis: config.waitingRoom.entryTokenSeconds * SECOND });
  const { inventory, listener: seatListener } = stockOf(seatStore);

  const gates: Gate[] = [];
  const late: { streams?: PlaceStreams<StreamFrame> } = {};
  const announcements: RoomAnnouncements = {
    placesMoved(eventId, places, view) {
      for (const each of gates) each.placesMoved(eventId, places);
      late.streams?.placesMoved(eventId, places, view);
      machine.roomListener?.placesMoved?.(eventId, places, view);
    },
    roomChanged(eventId, view) {
      late.streams?.roomChanged(eventId, view);
      machine.roomListener?.roomChanged?.(eventId, view);
    },
    missed(eventId) {
      for (const each of gates) each.missed(eventId);
      late.streams?.missed(eventId);
    },
  };
  const { store, led } = roomsOn({ digest, announcements });
  if (machine.show) showWaitingRooms(machine.show, clock, { rooms, store });
  const draws = new Draws({ store, digest, clock, random });
  const ledger = ledgerHealth(database, clock);
  const health = { share: () => Math.min(ledger.share(), paymentPace()) };
  const throughOther = (other: Rooms) => {
    const needs = { store, draws, rooms: other, passes, inventory, health, clock, random };
    const gate = new Gate(needs);
    gates.push(gate);
    return { service: new WaitingRoomService(needs), gate };
  };
  const { service, gate } = throughOther(rooms);
  const frame = (news: Parameters<typeof placeFrame>[0]) =>
    new StreamFrame(JSON.stringify(placeFrame(news)), undefined, news.type);
  const streams = new PlaceStreams<StreamFrame>({ service, passes, clock, frame });
  late.streams = streams;
  const watchers = 'Streams of this process that watch a waiting room';
  machine.show?.({ name: 'waiting_room_watchers', help: watchers, read: () => streams.watching });
  return {
    service,
    streams,
    rooms,
    passes,
    gate,
    store,
    seatListener,
    throughOther,
    startJobs: () => [
      keepLettingIn(service, { gated: () => led(rooms.gated()) }, clock),
      keepWatching(streams, clock),
    ],
  };
}

/** Where nobody keeps a key, one for the life of this process: its tokens end with it. */
function passingKey(random: Random): TokenKey {
  return { kid: 'passing', key: Buffer.from(random.hex(32), 'hex') };
}
