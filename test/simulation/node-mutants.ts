import type { Mutant } from './mutants.ts';

/** Defects of what nodes share: they show only where there are several. */
export const NODE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a script holds a seat that is taken',
    file: 'adapters/redis/lua/seat-free-for-buyer.lua',
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
];
