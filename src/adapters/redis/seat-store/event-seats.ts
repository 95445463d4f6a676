import type { Millis } from '../../../core/clock.ts';
import type { CommandKey } from '../../../core/command.ts';
import { onlyUnavailable } from '../../../core/unavailable.ts';
import type { Hall } from '../../../reservation/hall.ts';
import {
  type Answer,
  answerOf,
  beingReadAnew,
  beingServedElsewhere,
  type Look,
  lookOf,
  type RawAnswer,
  seenOf,
} from './answers.ts';
import { Drain } from './drain.ts';
import type { Entry } from './entry.ts';
import { EventView } from './event-view.ts';
import { type AskedHolds, GatheredHolds } from './gathered-holds.ts';
import { HoldIds } from './hold-ids.ts';
import { type EventKeys, eventKeys, LOADED_EVENTS, seatField } from './keys.ts';
import { loadSeats } from './loader.ts';
import type { StoreNeeds } from './needs.ts';
import type { SeatScript } from './scripts.ts';
import { resolveDoubts } from './settlement.ts';

/** How often a command is asked again because the seats were not there or payments were in doubt. */
const ASKED_MAX = 10;
/** In one script: it keeps Redis from others for about a millisecond. */
const SEATS_AT_ONCE = 1_000;
/** Who looked into the ledger's log for a command is not under way with it for so long. */
const LOOKED_WITHIN: Millis = 2_000;

/** What a script is told beside the event. */
export interface Asked {
  /** What it reads of the event's hash. */
  fields?: readonly string[];
  own?: readonly string[];
}

/** A command that may be sent again, and its record as it goes with its entry. */
export interface Recorded {
  key: CommandKey;
  text: string;
}

/** One event's seats, as this node works with them. */
export class EventSeats {
  readonly eventId: number;
  readonly keys: EventKeys;
  readonly view: EventView;
  readonly drain: Drain;
  readonly holdIds: HoldIds;
  readonly holds: GatheredHolds;
  readonly needs: StoreNeeds;
  #loading: Promise<void> | undefined;
  #resolving: Promise<number> | undefined;

  constructor(eventId: number, needs: StoreNeeds) {
    this.eventId = eventId;
    this.needs = needs;
    this.keys = eventKeys(eventId);
    this.holdIds = new HoldIds(eventId, needs.holdBlocks);
    this.holds = new GatheredHolds({
      ask: (asked) => this.#untilAnswered('seat-hold', asked),
      loadLookedInto: () => this.#loadLookedInto,
      commands: needs.commands,
      eventId,
      backlogMax: needs.limits.backlogMax,
    });
    this.view = new EventView(eventId, {
      ...needs,
      readSeats: async (fields) => seenOf(await this.ask('seat-read', { fields })),
      drained: (reached) => this.drain.hear(reached),
    });
    this.drain = new Drain(this.keys, {
      ...needs,
      clock: needs.connection.ownClock,
      // What was decided here before the claims went elsewhere still follows.
      hall: () => this.view.anyHall(),
      overtaken: (generation) => void this.load(generation).catch(onlyUnavailable),
    });
  }

  /** The load of which it is known that whoever asks now looked into the ledger's log since it began; 0 when it is of none. */
  get #loadLookedInto(): number {
    return this.view.generationFor(LOOKED_WITHIN);
  }

  /**
   * Asks a script until it can be answered: the seats are loaded where they are not, and what is over has ended. The
   * record of a command that may be sent again goes with it; the ledger's log was looked into for it a moment ago, and is
   * again when the seats were loaded since, for it may have followed with what was decided before.
   */
  ask(name: SeatScript, asked: Asked, recorded?: Recorded): Promise<Answer> {
    this.holds.send();
    return this.#untilAnswered(name, asked, recorded);
  }

  async #untilAnswered(name: SeatScript, asked: Asked | AskedHolds, recorded?: Recorded): Promise<Answer> {
    const isOfMany = 'answered' in asked;
    let since = isOfMany ? asked.since : this.#loadLookedInto;
    for (let tries = 0; tries < ASKED_MAX; ) {
      // Whoever stood still meanwhile begins nothing that another node may have done by now.
      if (isOfMany && this.needs.clock.now() >= asked.until) throw beingServedElsewhere(this.eventId);
      const answer = await this.#askOnce(name, asked, since, recorded);
      if (isOfMany) asked.answered();
      switch (answer.word) {
        case 'EARLIER': {
          since = Number(answer.fact);
          this.view.isLoaded({ generation: since, epoch: since });
          if (isOfMany) return answer;
          const record = recorded && (await this.needs.commands.find(recorded.key.id));
          if (record) return { ...answer, word: 'RECORDED', record };
          tries++;
          break;
        }
        case 'NOT_LOADED':
          await this.load();
          tries++;
          break;
        case 'DOUBT':
          await this.endDoubts();
          tries++;
          break;
        case 'AGAIN': // Some of what is over has ended: there is an end to it.
          break;
        default:
          return answer;
      }
    }
    throw beingReadAnew(this.eventId);
  }

  async #askOnce(
    name: SeatScript,
    { fields = [], own = [] }: Asked,
    since = 0,
    recorded?: Recorded,
  ): Promise<Answer> {
    const { node, run } = this.needs;
    const { key, text = '' } = recorded ?? {};
    const digestAndId = key ? `${key.bodyHash}\n${key.id}` : '';
    const head = [node, this.keys.channel, text, digestAndId, String(since)];
    const args = [...head, String(fields.length), ...fields, ...own];
    const raw = await run<RawAnswer>(name, this.keys, args).catch((error) => {
      // What it may have done is not heard from the channel: that leaves out what this node did.
      this.view.missed();
      throw error;
    });
    const answer = answerOf(raw);
    if (answer.word !== 'REPEATED') this.#took(answer.entries);
    return answer;
  }

  /** Entries of this node's own command. */
  #took(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) {
      this.drain.remember(entry);
      this.view.took(entry);
    }
    this.drain.kick();
  }

  /** How the event stands, after everything that is over has ended. Payments in doubt stay so while the ledger is away. */
  async look(): Promise<Look> {
    let look = lookOf(await this.ask('seat-look', {}));
    if (look.doubts > 0) {
      await this.endDoubts().catch(onlyUnavailable);
      look = lookOf(await this.ask('seat-look', {}));
    }
    this.view.isLoaded(look);
    return look;
  }

  /** One load at a time, whoever asks. */
  load(overtaken?: number): Promise<void> {
    this.#loading ??= this.#load(overtaken).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Has the ledger say what became of payments that are over. Returns how many have ended. */
  endDoubts(): Promise<number> {
    this.#resolving ??= resolveDoubts(this).finally(() => {
      this.#resolving = undefined;
    });
    return this.#resolving;
  }

  /** Ends what is over, holds and payments, and returns how many there were. */
  async expireDue(): Promise<number> {
    let ended = 0;
    for (;;) {
      const answer = await this.#askOnce('seat-look', {});
      ended += answer.entries.reduce((sum, entry) => sum + entry.lines.length, 0);
      if (answer.word === 'NOT_LOADED') await this.load();
      else if (answer.word !== 'AGAIN') {
        const { generation, sequence, doubts } = lookOf(answer);
        this.drain.stands({ generation, position: sequence });
        return doubts > 0 ? ended + (await this.endDoubts()) : ended;
      }
    }
  }

  /** Drops lapses that no longer count against anybody, some at a time. */
  async forgetLapses(): Promise<void> {
    let place = '0';
    do {
      place = (await this.ask('seat-forget', { own: [place] })).fact;
    } while (place !== '0');
  }

  /** The organiser added seats, here or elsewhere; what Redis knows of them already is not told again. */
  async grow(): Promise<void> {
    this.view.forgetHall();
    const hall = await this.view.hall();
    if (!hall) return;
    await this.look();
    const highest = hall.seats.reduce((most, { seatId }) => Math.max(most, seatId), 0);
    const { fact: known } = await this.ask('seat-grow', { fields: ['seats_to'], own: ['0', '0'] });
    if (Number(known) >= highest) return;
    const epoch = await this.needs.ledger.raiseEpoch();
    const blocked = hall.seats.filter((seat) => seat.blocked).map(({ seatId }) => seatField(seatId));
    for (let first = 0; first < blocked.length; first += SEATS_AT_ONCE) {
      const some = blocked.slice(first, first + SEATS_AT_ONCE);
      await this.ask('seat-grow', { fields: ['seats_to', ...some], own: ['0', '0'] });
    }
    await this.ask('seat-grow', { fields: ['seats_to'], own: [String(epoch), String(highest)] });
    this.view.hasGrown(epoch);
  }

  /** The claims were decided elsewhere until now: what is loaded of an earlier time is worth nothing. */
  async adopt(): Promise<void> {
    this.view.forgetHall();
    const { generation } = await this.look();
    await this.load(generation);
  }

  async close(): Promise<void> {
    await this.drain.close();
    this.view.close();
  }

  async #load(overtaken: number | undefined): Promise<void> {
    const { needs, keys, eventId } = this;
    const hall: Hall | undefined = await this.view.hall();
    if (!hall) throw beingReadAnew(eventId);
    // So that whoever looks after all events finds it.
    await needs.connection.write(LOADED_EVENTS, ['SADD', LOADED_EVENTS, String(eventId)]);
    const salvage = () => this.drain.salvage();
    const generation = await loadSeats(needs, { keys, hall, overtaken, salvage });
    if (generation !== undefined) this.view.isLoaded({ generation, epoch: generation }, 0);
  }
}
