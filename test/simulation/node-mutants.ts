import type { Mutant } from './mutants.ts';

/** Defects of what nodes share: they show only where there are several. */
export const NODE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a script holds a seat that is taken',
    file: 'adapters/redis/lua/seat-hold.lua',
    edits: [
      {
        find: 'if seat and string.byte(seat) ~= 65 then',
        replace: 'if seat and string.byte(seat) == 66 then',
      },
    ],
    breaks: [1, 5, 33],
    nodes: 2,
  },
  {
    name: 'a script does not look whether its server is still the one that was loaded',
    file: 'adapters/redis/lua/seat-prelude.lua',
    edits: [{ find: 'if since < 0 or since >= VERIFIED_FOR then', replace: 'if since < 0 then' }],
    breaks: [1, 5, 6, 11, 32, 33, 42],
    nodes: 2,
  },
  {
    name: 'the ledger takes what an earlier load decided',
    file: 'adapters/sql/shared-seat-ledger.ts',
    edits: [
      {
        find: "  update: { value: 'replace' },\n  guard: { value: 'same' },\n  mustApply: true,",
        replace: "  update: { value: 'maximum' },\n  mustApply: false,",
      },
    ],
    breaks: [1, 5, 6, 9, 32, 33],
    nodes: 2,
  },
  {
    name: 'a script gives back holds that are somebody else’s',
    file: 'adapters/redis/lua/seat-release.lua',
    edits: [{ find: "claim.buyer == buyer_name and claim.seat == 'H'", replace: "claim.seat == 'H'" }],
    breaks: [7],
    nodes: 2,
  },
  {
    name: 'a node keeps the hall that it knew when the seats are loaded anew',
    file: 'adapters/redis/seat-store/event-view.ts',
    edits: [
      {
        find: '    this.#mirror = undefined;\n    this.#readHallAgain();',
        replace: '    this.#mirror = undefined;',
      },
    ],
    breaks: [0, 11, 34, 42],
    nodes: 2,
  },
  {
    name: 'a repeated addition of seats is answered from what this node knows',
    file: 'catalog/service.ts',
    edits: [
      {
        find: 'if (known.length === count) return known;',
        replace: 'if (known.length <= count) return known;',
      },
    ],
    breaks: [27],
    nodes: 2,
  },
];
