import { systemDigest } from '../../../src/adapters/system/digest.ts';
import type { ReplyTo, RoomCommand, Stock } from '../../../src/waiting-room/command.ts';
import { decide } from '../../../src/waiting-room/decisions/decide.ts';
import { perLane } from '../../../src/waiting-room/lane.ts';
import { FIRST_TURNS } from '../../../src/waiting-room/lane-turns.ts';
import { Room, type RoomHead } from '../../../src/waiting-room/room.ts';
import type { RoomTerms } from '../../../src/waiting-room/terms.ts';

export const digest = systemDigest();

export const TERMS: RoomTerms = {
  opensAt: null,
  ratePerSecond: 10,
  burst: 1,
  activeMax: 100,
  sessionMillis: 600_000,
  entryMillis: 120_000,
  absentMillis: 60_000,
  weights: { high: 4, normal: 2, low: 1 },
  queueMax: 1_000_000,
  inventoryAware: true,
  whenLost: 'closed',
  beaconSource: null,
};

export const HEAD: RoomHead = {
  revision: 1,
  phase: 'before',
  secret: 'aa',
  nonceKey: 'bb',
  commitment: 'cc',
  committedAt: 0,
  beaconSource: null,
  frozen: null,
  drawn: null,
  bucket: { tokens: 0, at: 0 },
  turns: FIRST_TURNS,
  serving: perLane(() => 0),
  admissions: 0,
  message: null,
};

/** A room without a ledger: what is decided is applied at once. */
export class Desk {
  readonly room: Room;
  now = 1_000_000;

  constructor(head: RoomHead = HEAD) {
    this.room = new Room(1, head, digest);
  }

  run<C extends RoomCommand>(command: C): ReplyTo<C> {
    if (command.type === 'join' || command.type === 'show_up') {
      const slot = this.room.slotOf(command.userId);
      const until = this.now + command.terms.absentMillis + command.pollMillis;
      if (slot && !this.room.called.has(command.userId))
        this.room.people[slot.lane].showUp(slot.number, until);
    }
    const { changes, reply } = decide(this.room, command, this.now);
    const present = 'terms' in command ? this.now + command.terms.absentMillis : this.now;
    this.room.apply(changes, this.now, present);
    return reply as ReplyTo<C>;
  }

  join(userId: string, more: { lane?: 'high' | 'normal' | 'low'; terms?: RoomTerms } = {}) {
    const { lane = 'normal', terms = TERMS } = more;
    return this.run({ type: 'join', eventId: 1, userId, lane, terms, pollMillis: 0 });
  }

  showUp(userId: string, terms = TERMS) {
    return this.run({ type: 'show_up', eventId: 1, userId, terms, pollMillis: 0 });
  }

  enter(userId: string, terms = TERMS) {
    const admission = this.room.called.get(userId)?.admission ?? 0;
    return this.run({ type: 'enter', eventId: 1, userId, admission, terms });
  }

  open(terms = TERMS): void {
    this.run({ type: 'move_phase', eventId: 1, move: 'open' });
    const entrants = this.room.head.frozen ?? perLane(() => 0);
    const drawn = { entrants, roots: perLane(() => ''), root: 'root', beacon: null };
    this.run({ type: 'begin_service', eventId: 1, drawn, terms });
  }

  letIn(terms = TERMS, more: { stock?: Stock; health?: number } = {}) {
    return this.run({ type: 'let_in', eventId: 1, terms, stock: more.stock, health: more.health ?? 1 });
  }

  ready(): string[] {
    return [...this.room.called.values()]
      .filter(({ state }) => state === 'READY')
      .map(({ userId }) => userId);
  }
}
