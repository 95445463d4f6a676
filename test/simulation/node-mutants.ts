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
    breaks: [1, 5, 6, 8, 11, 32, 33, 42],
    nodes: 2,
  },
  {
    name: 'a script holds seats under a session that is over by the time of Redis',
    shownBy: 85,
    file: 'adapters/redis/lua/seat-hold.lua',
    edits: [{ find: 'at - ARGV[place - 1] >= 0 then', replace: 'at - ARGV[place - 1] >= 1e15 then' }],
    breaks: [14],
    nodes: 2,
  },
  {
    name: 'who takes a queue over forgets what was begun',
    file: 'adapters/sql/request-rows/claiming.ts',
    edits: [{ find: 'isMine && !desk.hasBegun ? []', replace: '!isMine || !desk.hasBegun ? []' }],
    breaks: [18, 42],
    nodes: 2,
  },
  {
    name: 'a request that a node serves can be cancelled at another',
    shownBy: 117,
    file: 'adapters/sql/request-rows/ending.ts',
    edits: [
      {
        find: "if (request.state !== 'PENDING' || over.has(requestId)) return request;",
        replace: 'if (request.endedAt !== null || over.has(requestId)) return request;',
      },
    ],
    breaks: [0, 18, 19, 20],
    nodes: 2,
  },
  {
    name: 'places in a lane are given by each node for itself',
    file: 'adapters/sql/request-rows/accepting.ts',
    edits: [{ find: '    await saveTail(transaction, tail);', replace: '' }],
    breaks: [16, 18, 42],
    nodes: 2,
  },
  {
    name: 'how often a lane was passed over is forgotten',
    file: 'adapters/sql/request-rows/claiming.ts',
    edits: [
      {
        find: 'if (last) for (const lane of LANES) head.passed[lane] = last.after[lane].passedOver;',
        replace: 'void last;',
      },
    ],
    breaks: [17],
    nodes: 2,
  },
  {
    name: 'a node that died serves an event for ever',
    file: 'adapters/redis/lua/queue-turn.lua',
    edits: [
      {
        find: "redis.call('SET', KEYS[5], node, 'PX', ARGV[3])",
        replace: "redis.call('SET', KEYS[5], node)",
      },
    ],
    breaks: [42],
    nodes: 2,
  },
  {
    name: 'who leads a room writes to it when another one leads it',
    shownBy: 33,
    file: 'adapters/sql/waiting-room/led-room-ledger.ts',
    edits: [{ find: 'connection.transact([mark, ...runs])', replace: 'connection.transact(runs)' }],
    breaks: [12, 13, 14, 15, 32],
    nodes: 2,
  },
  {
    name: 'the ledger takes what an earlier load decided',
    shownBy: 64,
    file: 'adapters/sql/seats/shared-seat-ledger.ts',
    edits: [
      {
        find: "  guard: { value: { is: 'moved_from' } },\n  mustApply: true,",
        replace: '  mustApply: false,',
      },
    ],
    breaks: [1, 5, 6, 9, 10, 32, 33],
    nodes: 2,
  },
  {
    name: 'a script gives back holds that are somebody else’s',
    shownBy: 17,
    file: 'adapters/redis/lua/seat-release.lua',
    edits: [{ find: "claim.buyer == buyer_name and claim.seat == 'H'", replace: "claim.seat == 'H'" }],
    breaks: [7],
    nodes: 2,
  },
  {
    name: 'a repeated addition of seats is answered from what this node knows',
    shownBy: 78,
    file: 'catalog/service.ts',
    edits: [
      { find: 'else if (this.#needs.isShared) await this.refresh();', replace: '' },
      {
        find: 'if (known.length === count) return known;',
        replace: 'if (known.length <= count) return known;',
      },
    ],
    breaks: [27],
    nodes: 2,
  },
];
