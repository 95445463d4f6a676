import type { CommandRecord } from '../../../core/command.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { Entry } from './entry.ts';

/** What a script on an event's seats answers: a word, what goes with it, and the entries that it made. */
export interface Answer {
  word: string;
  fact: string;
  /** Seats that were asked for, in the order of the asking. */
  seats: readonly (string | null)[];
  entries: readonly Entry[];
  /** Of a command that an earlier load decided. */
  record?: CommandRecord;
}

export type RawAnswer = readonly (string | (string | null)[])[];

export function answerOf([word, fact, ...rest]: RawAnswer): Answer {
  const [first] = rest;
  const seats = Array.isArray(first) ? first : [];
  const texts = (Array.isArray(first) ? rest.slice(1) : rest) as string[];
  const entries = texts.map((text) => new Entry(text));
  return { word: word as string, fact: (fact ?? '') as string, seats, entries };
}

/** How an event stands (seat-look). */
export interface Look {
  epoch: number;
  generation: number;
  sequence: number;
  held: number;
  paying: number;
  sold: number;
  blocked: number;
  /** Payments that are over without the ledger having said so. */
  doubts: number;
}

export function lookOf({ fact }: Answer): Look {
  const [epoch, generation, sequence, held, paying, sold, blocked, doubts] = numbersIn(fact, 8);
  return { epoch, generation, sequence, held, paying, sold, blocked, doubts } as Look;
}

/** Seats as they stood after an entry (seat-read, seat-see). */
export interface Seen {
  epoch: number;
  generation: number;
  sequence: number;
  doubts: number;
  seats: readonly (string | null)[];
}

export function seenOf({ fact, seats }: Answer): Seen {
  const [epoch, generation, sequence, doubts] = numbersIn(fact, 4);
  return { epoch, generation, sequence, doubts, seats } as Seen;
}

/** A seat about which the ledger decides, with the number that the move will carry. */
export interface Picked {
  /** 0 for a seat that is where it should be. */
  number: number;
  seatId: number;
  seat: string;
}

export function pickedOf({ fact }: Answer): { at: number; picked: Picked[] } {
  const [head = '', ...lines] = fact.split('\n');
  const picked = lines.map((line) => {
    const first = line.indexOf(',');
    const second = line.indexOf(',', first + 1);
    return {
      number: Number(line.slice(0, first)),
      seatId: Number(line.slice(first + 1, second)),
      seat: line.slice(second + 1),
    };
  });
  return { at: numbersIn(head, 1)[0] as number, picked };
}

function numbersIn(fact: string, count: number): number[] {
  return fact.split(',', count).map(Number);
}

export function beingReadAnew(eventId: number): Unavailable {
  return new Unavailable(`the seats of event ${eventId} are being read anew`);
}

export function beingServedElsewhere(eventId: number): Unavailable {
  return new Unavailable(`another node may serve the queue of event ${eventId} by now`);
}
