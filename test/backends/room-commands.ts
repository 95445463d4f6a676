import { isRefusal } from '../../src/core/refusal.ts';
import type { ReplyTo, RoomCommand } from '../../src/waiting-room/command.ts';
import { type Lane, perLane } from '../../src/waiting-room/lane.ts';
import type { WaitingRoomStore } from '../../src/waiting-room/ports/waiting-room-store.ts';
import type { RoomTerms } from '../../src/waiting-room/terms.ts';

export const ROOM_TERMS: RoomTerms = {
  opensAt: null,
  ratePerSecond: 10,
  burst: 5,
  activeMax: 100,
  sessionMillis: 60_000,
  entryMillis: 30_000,
  absentMillis: 600_000,
  weights: { high: 4, normal: 2, low: 1 },
  queueMax: 1_000,
  whenLost: 'closed',
  inventoryAware: true,
  beaconSource: null,
};

export const FRESH = { secret: 'aa', nonceKey: 'bb', commitment: 'cc', beaconSource: null };

/** One room, asked as the service asks it. The store is looked up with each call, for it may be another one by then. */
export function roomOf(store: () => WaitingRoomStore, eventId: number, terms: RoomTerms = ROOM_TERMS) {
  const run = <C extends RoomCommand>(command: C) => store().execute(command);
  const granted = async <C extends RoomCommand>(command: C): Promise<ReplyTo<C>> => {
    const reply = await run(command);
    if (isRefusal(reply)) throw new Error(`refused: ${reply.refused}`);
    return reply;
  };
  const join = (userId: string, lane: Lane = 'normal') =>
    granted({ type: 'join', eventId, userId, lane, terms, pollMillis: 0 });
  return {
    eventId,
    run,
    granted,
    join,
    establish: () => granted({ type: 'establish', eventId, fresh: FRESH }),
    status: (userId: string) => granted({ type: 'show_up', eventId, userId, terms, pollMillis: 0 }),
    leave: (userId: string, end: 'LEFT' | 'REVOKED' = 'LEFT') =>
      granted({ type: 'leave', eventId, userId, end }),
    letIn: (changed: Partial<RoomTerms> = {}) =>
      granted({ type: 'let_in', eventId, terms: { ...terms, ...changed }, stock: undefined, health: 1 }),
    enter: (userId: string, admission: number) => run({ type: 'enter', eventId, userId, admission, terms }),
    async open() {
      await granted({ type: 'establish', eventId, fresh: FRESH });
      const { frozen } = await granted({ type: 'move_phase', eventId, move: 'open' });
      const drawn = {
        entrants: frozen ?? perLane(() => 0),
        roots: perLane(() => ''),
        root: 'r',
        beacon: null,
      };
      return granted({ type: 'begin_service', eventId, drawn, terms });
    },
  };
}
