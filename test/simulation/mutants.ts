/** A defect that somebody could plant in `src/`, and the promises one of which must then be seen to break. */
export interface Mutant {
  name: string;
  file: string;
  /** Each `find` stands exactly once in the file. */
  edits: readonly { find: string; replace: string }[];
  /** Numbers in docs/safety.md; 0 is a defect that surfaces by itself. */
  breaks: readonly number[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the sold row replaces the one that is there',
    file: 'adapters/sql/seat-ledger.ts',
    edits: [{ find: 'INSERT INTO sale', replace: 'INSERT OR REPLACE INTO sale' }],
    breaks: [1],
  },
  {
    name: 'a decision is taken before the holds that are over have ended',
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'this.#expire(claims, now);\n    const { changes, reply } = decide(',
        replace: 'const { changes, reply } = decide(',
      },
    ],
    breaks: [8, 9, 33],
  },
  {
    name: 'the last seat of a party is left out',
    file: 'reservation/decisions/hold.ts',
    edits: [
      {
        find: 'for (const ordinal of ordinals) {\n    const holdId',
        replace:
          'for (const ordinal of ordinals.slice(0, Math.max(1, ordinals.length - 1))) {\n    const holdId',
      },
    ],
    breaks: [4],
  },
  {
    name: 'the stored answer is not written with its effect',
    file: 'adapters/sql/seat-ledger.ts',
    edits: [{ find: 'if (record) writes.push(commandWrite(record));', replace: '' }],
    breaks: [27],
  },
  {
    name: 'the answer does not wait for the commit',
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'await this.#commit(claims, changes, record);',
        replace: 'this.#commit(claims, changes, record).catch(() => undefined);',
      },
    ],
    breaks: [32],
  },
  {
    name: 'claims that rest on a lost commit are kept',
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'if (loaded.lineage === this.#needs.ledger.lineage()) return loaded.claims;',
        replace: 'return loaded.claims;',
      },
      {
        find: 'if (this.#loaded.get(claims.hall.eventId)?.claims === claims) this.#forget(claims.hall.eventId);',
        replace: '',
      },
    ],
    breaks: [0, 1, 5, 9, 32, 33],
  },
  {
    name: 'a buyer may have one seat more than allowed',
    file: 'reservation/decisions/hold.ts',
    edits: [
      {
        find: 'buyer.live + wanted > terms.liveSeatsPerBuyer',
        replace: 'buyer.live + wanted > terms.liveSeatsPerBuyer + 1',
      },
    ],
    breaks: [10],
  },
  {
    name: 'holds read back from the ledger never end',
    file: 'reservation/claims.ts',
    edits: [
      {
        find: 'this.buyer(hold.userId).live++;\n    this.expiries.add(hold.expiresAt, hold.holdId);',
        replace: 'this.buyer(hold.userId).live++;',
      },
    ],
    breaks: [8, 42],
  },
  {
    name: 'nobody drives orders on',
    file: 'compose.ts',
    edits: [{ find: 'driveOrders(orders, clock),', replace: '' }],
    breaks: [42],
  },
  {
    name: 'the seat goes back before the money',
    file: 'order/saga.ts',
    edits: [
      {
        find: "if ((await payments.refund(chargeOf(refunding))) === 'unknown') {",
        replace:
          "await seats.returnSale(refunding, { actor });\n    if ((await payments.refund(chargeOf(refunding))) === 'unknown') {",
      },
    ],
    breaks: [22],
  },
  {
    name: 'an extension reaches past the latest end',
    file: 'reservation/decisions/hold-end.ts',
    edits: [
      {
        find: 'Math.min(Math.max(hold.expiresAt, now + command.additionalMillis), hold.latestEnd)',
        replace: 'Math.max(hold.expiresAt, now + command.additionalMillis)',
      },
    ],
    breaks: [8],
  },
  {
    name: 'an order is everybody’s',
    file: 'order/service.ts',
    edits: [
      {
        find: 'const order = await this.#needs.store.find(orderId);\n    return order?.userId === userId ? order',
        replace: 'const order = await this.#needs.store.find(orderId);\n    return order && userId ? order',
      },
    ],
    breaks: [7],
  },
  {
    name: 'holds end half a second early',
    file: 'reservation/decisions/hold-end.ts',
    edits: [
      {
        find: 'for (let due = claims.expiries.takeDue(now); due; due = claims.expiries.takeDue(now)) {',
        replace:
          'for (let due = claims.expiries.takeDue(now + 500); due; due = claims.expiries.takeDue(now + 500)) {',
      },
    ],
    breaks: [8],
  },
  {
    name: 'another body under the same key gets the stored answer',
    file: 'core/command.ts',
    edits: [
      {
        find: 'return found.key.bodyHash === key.bodyHash ? (found.reply as R)',
        replace: 'return found ? (found.reply as R)',
      },
    ],
    breaks: [28],
  },
  {
    name: 'a silent provider counts as a declining one',
    file: 'order/saga.ts',
    edits: [
      {
        find: "if (authorized === 'declined') {",
        replace: "if (authorized === 'declined' || authorized === 'unknown') {",
      },
    ],
    breaks: [22],
  },
  {
    name: 'the clock may start before what the ledger has seen',
    file: 'adapters/sql/latest-time.ts',
    edits: [{ find: 'return row?.value ?? 0;', replace: 'return Math.min(row?.value ?? 0, 0);' }],
    breaks: [8],
  },
  {
    name: 'a claim is known by its seat alone, not by fence and order',
    file: 'reservation/decisions/sale.ts',
    edits: [
      {
        find: 'return hold?.fence === fence && hold.orderId === orderId ?',
        replace: 'return hold && fence + orderId > 0 ?',
      },
    ],
    breaks: [1, 5, 7, 22],
  },
  {
    name: 'the map is told before the commit',
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'await this.#needs.ledger.append(claims.hall, changes, record);',
        replace:
          'this.#needs.announcements.seatsMoved(claims.hall, claims.epoch, changes.moves);\n      await this.#needs.ledger.append(claims.hall, changes, record);',
      },
    ],
    breaks: [31, 32],
  },
  {
    name: 'an order ends without a fact for the bus',
    file: 'adapters/sql/order-store.ts',
    edits: [{ find: 'if (message) writes.push(messageWrite(message));', replace: '' }],
    breaks: [30],
  },
  {
    name: 'nobody relays the outbox',
    file: 'compose.ts',
    edits: [{ find: 'keepRelaying(sqlOutbox(database), bus, clock),', replace: '' }],
    breaks: [42],
  },
  {
    name: 'a failed commit leaves no trace for those who rest on it',
    file: 'adapters/sql/group-committer.ts',
    edits: [
      { find: 'this.#failures++;', replace: '' },
      {
        find: "const never = new Unavailable('an earlier write failed', { cause: error });\n    for (const call of this.#waiting) call.fail(never);\n    this.#waiting = [];\n    this.#rowsWaiting = 0;",
        replace: '',
      },
    ],
    breaks: [0, 1, 5, 6, 9, 32, 33],
  },
];
