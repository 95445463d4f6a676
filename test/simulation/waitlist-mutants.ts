import type { Mutant } from './mutants.ts';

/** Defects of the lines for seats that come back. */
export const WAITLIST_MUTANTS: readonly Mutant[] = [
  {
    name: 'a line is served from its end',
    shownBy: 28,
    file: 'waitlist/turn.ts',
    edits: [{ find: 'for (const entry of line) {', replace: 'for (const entry of [...line].reverse()) {' }],
    breaks: [43],
  },
  {
    name: 'who comes while others wait gets seats',
    shownBy: 223,
    file: 'reservation/service.ts',
    edits: [
      {
        find: 'const first = this.#needs.precedence?.refusalFor(eventId, seatIds);',
        replace: 'const first = undefined as Refusal | undefined;',
      },
    ],
    breaks: [43],
  },
  {
    name: 'that somebody waits is known to his own node only',
    shownBy: 120,
    file: 'waitlist/known-lines.ts',
    edits: [
      {
        find: 'this.#waitedFor = new Set(await this.#store.eventsWaitedFor())',
        replace: 'this.#waitedFor = new Set()',
      },
    ],
    breaks: [42, 43],
    nodes: 2,
  },
  {
    name: 'seats are held for a party under no id',
    shownBy: 20,
    file: 'bridges/waitlist-seats.ts',
    edits: [{ find: 'key: keyOf(entry) }, terms);', replace: 'key: undefined }, terms);' }],
    breaks: [44],
  },
  {
    name: 'the last seats that are free are not given to the line',
    shownBy: 61,
    file: 'waitlist/turn.ts',
    edits: [{ find: 'if (wish.size > left) {', replace: 'if (wish.size >= left) {' }],
    breaks: [42],
  },
  {
    name: 'a party is told of seats before they are held',
    file: 'bridges/waitlist-seats.ts',
    edits: [
      {
        find: 'return (await Promise.all(held)).map((each) => (isRefusal(each) ? each : partyOf(each)));',
        replace:
          'void Promise.all(held); return entries.map(({ place }) => ({ holdIds: [place], seatIds: [1], expiresAt: 9e15 }));',
      },
    ],
    breaks: [4, 44],
  },
];
