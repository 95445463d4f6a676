import type { CatalogService } from '../catalog/service.ts';
import { OPEN_ADMISSION } from '../core/admission.ts';
import type { Claimant } from '../core/claimant.ts';
import { type Millis, SECOND } from '../core/clock.ts';
import type { CommandKey, CommandLog } from '../core/command.ts';
import { isRefusal } from '../core/refusal.ts';
import type { HoldTerms, SeatReplies } from '../reservation/command.ts';
import type { ReservationLimits } from '../reservation/hold-terms.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { Gate } from '../waiting-room/gate.ts';
import type { Entry, HeldParty, Wish } from '../waitlist/entry.ts';
import type { Seats } from '../waitlist/ports/seats.ts';
import { seatsOfBuyer } from './seats-of-buyer.ts';

export interface WaitlistSeatsNeeds {
  seatStore: SeatStore;
  catalog: Pick<CatalogService, 'event'>;
  history: Pick<HoldHistory, 'hold' | 'holdsOf'>;
  commandLog: CommandLog;
  limits: Pick<ReservationLimits, 'seatsPerHold' | 'longestHoldMillis' | 'lapsesAllowed'>;
  /** Whether the admission under which somebody joined the line still stands. */
  standing: Pick<Gate, 'refusalOf'>;
}

/** An answer in the last moment must find its seats: offers are held a little longer than they can be answered. */
const GRACE: Millis = 5 * SECOND;
/** Nobody is refused seats that come to him for having let others lapse. */
const ANY_LAPSES = 1_000_000_000;

type Held = SeatReplies['hold_best'];

/** The line's seats: real holds through the seat store, so that nobody overtakes. */
export function waitlistSeats(needs: WaitlistSeatsNeeds): Seats {
  const { seatStore, catalog, history, commandLog, limits, standing } = needs;

  const termsOf = (eventId: number): HoldTerms => {
    const policy = catalog.event(eventId)?.policy;
    return {
      holdMillis: policy?.holdMillis ?? 0,
      liveSeatsPerBuyer: policy?.seatsPerBuyer ?? 0,
      seatsPerHold: limits.seatsPerHold,
      longestHoldMillis: limits.longestHoldMillis,
      lapsesAllowed: limits.lapsesAllowed,
    };
  };
  const hold = (eventId: number, wish: Wish, claimant: Claimant, terms: HoldTerms) =>
    seatStore.execute({ type: 'hold_best', eventId, wish, ...claimant, terms });

  const holdOne = ({ admissionId, ...entry }: Entry, answerMillis: Millis | undefined) => {
    const { eventId, wish, userId, sessionId } = entry;
    const admission = admissionId === null ? OPEN_ADMISSION : { kind: 'session' as const, admissionId };
    const usual = { ...termsOf(eventId), lapsesAllowed: ANY_LAPSES };
    const terms = answerMillis === undefined ? usual : untilAnswered(usual, answerMillis);
    return hold(eventId, wish, { userId, sessionId, admission, key: keyOf(entry) }, terms);
  };

  return {
    free: async (eventId) => (await seatStore.counts(eventId)).AVAILABLE,
    async holdFor(entries, answerMillis) {
      // All are looked up before any is held: what fails then has held nothing for those behind.
      const records = await Promise.all(entries.map((entry) => commandLog.find(keyOf(entry).id)));
      const held = entries.map((entry, index) => {
        const record = records[index];
        if (record) return record.reply as Held;
        return standing.refusalOf(entry) ?? holdOne(entry, answerMillis);
      });
      return (await Promise.all(held)).map((each) => (isRefusal(each) ? each : partyOf(each)));
    },
    async holders(eventId) {
      const now = await seatStore.seats(eventId);
      const held = now?.seats.flatMap(({ claim }) => (claim?.state === 'HELD' ? [claim.userId] : []));
      return new Set(held);
    },
    wasHeldFor: async (entry) => (await commandLog.find(keyOf(entry).id)) !== undefined,
    take: (eventId, wish, claimant) => hold(eventId, wish, claimant, termsOf(eventId)),
    keep: (entry) => keep(needs, entry, termsOf(entry.eventId).holdMillis),
    async release(entry) {
      const holdIds = entry.offer?.holdIds ?? (await heldUnseen(commandLog, entry));
      if (holdIds.length === 0) return;
      const { eventId, userId } = entry;
      await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId });
    },
    ofUser: seatsOfBuyer({ seatStore, history }),
  };
}

async function keep(
  { seatStore, history }: Pick<WaitlistSeatsNeeds, 'seatStore' | 'history'>,
  { eventId, userId, offer }: Entry,
  additionalMillis: Millis,
): Promise<Millis | 'given back' | undefined> {
  const ends: Millis[] = [];
  for (const holdId of offer?.holdIds ?? []) {
    const reply = await seatStore.execute({
      type: 'extend_hold',
      eventId,
      holdId,
      userId,
      additionalMillis,
    });
    // One that cannot be lengthened is being paid for, or over.
    const found = isRefusal(reply)
      ? ((await seatStore.liveHold(holdId)) ?? (await history.hold(holdId)))
      : reply.hold;
    if (found?.state === 'RELEASED') return 'given back';
    if (!found || found.state === 'EXPIRED') return undefined;
    ends.push(found.expiresAt);
  }
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** No key of a client's looks like this: theirs are JSON. */
function keyOf({ eventId, place, attempt }: Pick<Entry, 'eventId' | 'place' | 'attempt'>): CommandKey {
  return { id: `waitlist ${eventId}/${place}/${attempt}`, bodyHash: `${place}` };
}

/** Held for an entry by a turn that was broken off before it could say so. */
async function heldUnseen(commandLog: CommandLog, entry: Entry): Promise<number[]> {
  const record = await commandLog.find(keyOf(entry).id);
  return record ? (record.reply as Held).holds.map(({ holdId }) => holdId) : [];
}

/** Once accepted, the holds run as long as anybody's. */
function untilAnswered(terms: HoldTerms, answerMillis: Millis): HoldTerms {
  const holdMillis = answerMillis + GRACE;
  return {
    ...terms,
    holdMillis,
    longestHoldMillis: Math.max(terms.longestHoldMillis, holdMillis + terms.holdMillis),
  };
}

function partyOf({ holds }: Held): HeldParty {
  return {
    holdIds: holds.map(({ holdId }) => holdId),
    seatIds: holds.map(({ seatId }) => seatId),
    expiresAt: Math.min(...holds.map(({ expiresAt }) => expiresAt)),
  };
}
