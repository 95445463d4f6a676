import { NODE_MUTANTS } from './node-mutants.ts';
import { NOTICE_MUTANTS } from './notice-mutants.ts';
import { WAITLIST_MUTANTS } from './waitlist-mutants.ts';

/** A defect that somebody could plant in `src/`, and the promises one of which must then be seen to break. */
export interface Mutant {
  name: string;
  file: string;
  /** Each `find` stands exactly once in the file. */
  edits: readonly { find: string; replace: string }[];
  /** Numbers in docs/safety.md; 0 is a defect that surfaces by itself. */
  breaks: readonly number[];
  /** It shows only where so many nodes share a Redis. */
  nodes?: number;
  /** The seed that showed it last, where the way to it is long: it is looked at first. */
  shownBy?: number;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the sold row replaces the one that is there',
    file: 'adapters/sql/seats/seat-ledger.ts',
    edits: [
      {
        find: "const ADD_SALE: WriteKind = {\n  write: 'insert',",
        replace:
          "const ADD_SALE: WriteKind = {\n  write: 'upsert', key: ['event_id', 'seat_id'], update: { hold_id: 'replace', order_id: 'replace', user_id: 'replace', fence: 'replace', price: 'replace' },",
      },
    ],
    breaks: [1],
  },
  {
    name: 'a decision is taken before the holds that are over have ended',
    shownBy: 20,
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'this.#expire(loaded.claims, now);\n      return act(',
        replace: 'return act(',
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
    file: 'adapters/sql/seats/seat-ledger.ts',
    edits: [{ find: 'if (record) writes.push(commandWrite(record));', replace: '' }],
    // A queued request finds its effect by the stored answer, too.
    breaks: [27, 32],
  },
  {
    name: 'the answer does not wait for the commit',
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'await this.#commit(loaded.claims, changes, record);',
        replace: 'this.#commit(loaded.claims, changes, record).catch(() => undefined);',
      },
    ],
    breaks: [32],
  },
  {
    name: 'claims that rest on a lost commit are kept',
    file: 'adapters/embedded/seat-store.ts',
    edits: [
      {
        find: 'if (!loaded || loaded.lineage === this.#needs.ledger.lineage()) return loaded;',
        replace: 'return loaded;',
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
        find: 'buyer.live - givenBack + wanted > terms.liveSeatsPerBuyer',
        replace: 'buyer.live - givenBack + wanted > terms.liveSeatsPerBuyer + 1',
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
    file: 'compose/unasked.ts',
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
        find: 'Math.min(Math.max(hold.expiresAt, from + command.additionalMillis), hold.latestEnd)',
        replace: 'Math.max(hold.expiresAt, from + command.additionalMillis)',
      },
    ],
    breaks: [8],
  },
  {
    name: 'an order is everybody’s',
    shownBy: 109,
    file: 'order/order-tasks.ts',
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
    file: 'adapters/sql/ledger/latest-time.ts',
    edits: [{ find: 'return row?.value ?? 0;', replace: 'return Math.min(row?.value ?? 0, 0);' }],
    breaks: [8],
  },
  {
    name: 'a claim is known by its seat alone, not by fence and order',
    shownBy: 353,
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
          'this.#needs.announcements.seatsMoved(claims.hall.eventId, changes.moves);\n      await this.#needs.ledger.append(claims.hall, changes, record);',
      },
    ],
    breaks: [31, 32],
  },
  {
    name: 'an order ends without a fact for the bus',
    file: 'adapters/sql/orders/order-store.ts',
    edits: [
      {
        find: 'if (message) writes.push(messageWrite(message, traceparent ?? ownTrace(order, message.messageId)));',
        replace: '',
      },
    ],
    breaks: [30],
  },
  {
    name: 'nobody relays the outbox',
    file: 'compose/messages.ts',
    edits: [{ find: 'keepRelaying(outbox, bus, clock),', replace: '' }],
    breaks: [42],
  },
  {
    name: 'a failed commit leaves no trace for those who rest on it',
    shownBy: 20,
    file: 'adapters/sql/commits/group-committer.ts',
    edits: [
      { find: 'this.#failures++;', replace: '' },
      {
        find: "const never = new Unavailable('an earlier write failed', { cause: error });\n    for (const call of this.#waiting) call.fail(never);\n    this.#waiting = [];\n    this.#rowsWaiting = 0;",
        replace: '',
      },
    ],
    // Or somebody waits for ever for what was lost.
    breaks: [0, 1, 5, 6, 9, 32, 33, 42],
  },
  {
    name: 'nobody looks at an order again whose payment is unknown',
    file: 'order/moves.ts',
    edits: [
      {
        find: 'dueAt: driver === null ? null',
        replace: "dueAt: driver === null || state === 'UNKNOWN' ? null",
      },
    ],
    breaks: [26],
  },
  {
    name: 'the first of several seats is charged for, and the others are not',
    file: 'order/saga.ts',
    edits: [
      {
        find: 'return { attemptId, orderId, eventId, reference, paymentId, amount, currency };',
        replace:
          'return { attemptId, orderId, eventId, reference, paymentId, amount: order.seats[0]?.price ?? amount, currency };',
      },
    ],
    breaks: [23],
  },
  {
    name: 'what the seats earned is not written down',
    file: 'payment/service.ts',
    edits: [
      {
        find: 'const drafts = [captured(booked), earned(booked)];',
        replace: 'const drafts = [captured(booked), earned(booked)].slice(0, 1);',
      },
    ],
    breaks: [24],
  },
  {
    name: 'an order is confirmed without what the book has to say of its money',
    file: 'order/saga.ts',
    edits: [
      {
        find: 'return this.#save(confirmed(order, sold, clock.now()), key, captured.along);',
        replace: 'return this.#save(confirmed(order, sold, clock.now()), key);',
      },
    ],
    breaks: [22, 24, 25],
  },
  {
    name: 'a refund that was given is not written down',
    file: 'payment/service.ts',
    edits: [{ find: 'return owed ? [settled(booked, owed)] : [];', replace: 'return owed ? [] : [];' }],
    breaks: [22, 25],
  },
  {
    name: 'a refund is promised and never asked for',
    file: 'payment/service.ts',
    edits: [
      {
        find: 'for (const { source, amount } of owed) await this.#settle(charge, { refundId: source, amount });',
        replace: '',
      },
    ],
    breaks: [22, 25],
  },
  {
    name: 'the latest request of a lane is served first',
    shownBy: 53,
    file: 'request-queue/lane-queue.ts',
    edits: [
      {
        find: 'const request = this.first;\n    if (!request) return undefined;\n    this.#head++;',
        replace:
          'const request = this.length > 0 && this.#gaps.length === 0 ? this.#requests.at(-1) : this.first;\n    if (!request) return undefined;\n    if (request !== this.first) {\n      this.#requests.pop();\n      return request;\n    }\n    this.#head++;',
      },
    ],
    breaks: [16],
  },
  {
    name: 'a request is tried again after a later one of its lane had its effect',
    shownBy: 127,
    file: 'request-queue/worker.ts',
    edits: [
      {
        find: '(overtaken(request, before, taken) ?? this.#givenUp(request, now))',
        replace: '(overtaken(request, [], taken) ?? this.#givenUp(request, now))',
      },
    ],
    breaks: [16],
  },
  {
    name: 'nobody in a later lane is served while somebody waits in an earlier one',
    file: 'request-queue/policy.ts',
    edits: [
      {
        find: 'if (waiting === 0 || passedOver < bound - 1) continue;',
        replace: 'if (waiting === 0 || passedOver < bound * 1_000) continue;',
      },
    ],
    breaks: [17],
  },
  {
    name: 'who asks for the first lane is in it',
    file: 'request-queue/policy.ts',
    edits: [
      {
        find: 'LANES[Math.max(LANES.indexOf(entitled), LANES.indexOf(asked ?? entitled))]',
        replace: 'LANES[LANES.indexOf(asked ?? entitled)]',
      },
    ],
    breaks: [17],
  },
  {
    name: 'requests that were begun when the program died are not read again',
    file: 'adapters/sql/requests/request-ledger.ts',
    edits: [
      {
        find: 'return rows.map(shownRequest);',
        replace: 'return rows.filter((row) => row.place > (row.through ?? 0)).map(shownRequest);',
      },
    ],
    breaks: [18, 42],
  },
  {
    name: 'nobody tells the workers after a start of who waits',
    file: 'compose/queue.ts',
    edits: [{ find: 'reconcileRequests(requests, clock),', replace: '' }],
    breaks: [42],
  },
  {
    name: 'what an earlier claim of a request has taken is not asked for, and its key is not given',
    file: 'bridges/request-seats.ts',
    edits: [
      { find: 'if (record) taken.set(', replace: 'if (record && requests.length < 0) taken.set(' },
      { find: 'key: keyOf(request) };', replace: 'key: undefined };' },
    ],
    breaks: [19, 32],
  },
  {
    name: 'a request that a worker has can be cancelled',
    file: 'adapters/embedded/request-store.ts',
    edits: [
      {
        find: "if (known.standing !== 'waiting' || known.request.state !== 'PENDING') {",
        replace: "if (known.standing === 'leaving') {",
      },
      {
        find: "memory.decide(cancelled(before, this.#needs.clock.now()), 'leaving')",
        replace:
          "memory.decide({ ...before, state: 'CANCELLED', revision: before.revision + 1, endedAt: this.#needs.clock.now() }, 'leaving')",
      },
    ],
    breaks: [0, 19, 20],
  },
  {
    name: 'a poisonous request is tried for ever',
    file: 'request-queue/worker.ts',
    edits: [
      {
        find: "if (request.attempts > attempts) return { state: 'DEAD'",
        replace: "if (request.attempts > attempts * 1_000) return { state: 'DEAD'",
      },
    ],
    breaks: [21, 42],
  },
  {
    name: 'letting people in costs the bucket nothing',
    shownBy: 29,
    file: 'waiting-room/decisions/let-in.ts',
    edits: [{ find: 'const left = taken(bucket, round.called.length);', replace: 'const left = bucket;' }],
    breaks: [12],
  },
  {
    name: 'one more may be inside than active_max',
    shownBy: 21,
    file: 'waiting-room/decisions/let-in.ts',
    edits: [{ find: 'terms.activeMax - inside', replace: 'terms.activeMax + 1 - inside' }],
    breaks: [12],
  },
  {
    name: 'people are called in the order of arrival, whatever was drawn',
    shownBy: 103,
    file: 'waiting-room/lane-people.ts',
    edits: [
      {
        find: 'return shuffle && place <= shuffle.count ? shuffle.indexAt(place) : place - 1;',
        replace: 'return place - 1;',
      },
    ],
    breaks: [13],
  },
  {
    name: 'a restart forgets how far the line has come',
    shownBy: 103,
    file: 'adapters/embedded/waiting-room-store.ts',
    edits: [{ find: 'room.restored(now);', replace: '' }],
    breaks: [13],
  },
  {
    name: 'who waited before a restart is away after it',
    shownBy: 33,
    file: 'waiting-room/room.ts',
    edits: [
      {
        find: 'return now <= at + Math.max(GRACE_AFTER_READING, absentMillis) + pollMillis ? at : now;',
        replace: 'return now;',
      },
    ],
    breaks: [13, 42],
  },
  {
    name: 'who brings no session needs none',
    file: 'waiting-room/gate.ts',
    edits: [
      {
        find: 'const no = session === undefined ? required(eventId) : invalidAdmission(eventId);',
        replace:
          'if (session === undefined) return OPEN_ADMISSION;\n    const no = invalidAdmission(eventId);',
      },
    ],
    breaks: [14],
  },
  {
    name: 'the authority on sessions is not asked',
    shownBy: 76,
    file: 'waiting-room/gate.ts',
    edits: [
      {
        find: 'const claims = session && this.#needs.passes.claims(session,',
        replace:
          "const claims = session && this.#needs.passes.claims(session, { use: 'entry', eventId, userId }) || session && this.#needs.passes.claims(session,",
      },
      { find: 'if (isRefusal(inside)) return invalidAdmission(eventId);', replace: 'void inside;' },
    ],
    breaks: [14],
  },
  {
    name: 'a call is exchanged as often as somebody likes',
    file: 'waiting-room/decisions/person.ts',
    edits: [{ find: "if (own.state === 'ACTIVE') return refused(refuse('ADMISSION_USED'));", replace: '' }],
    breaks: [15],
  },
  {
    name: 'joining again gives another place',
    file: 'waiting-room/decisions/person.ts',
    edits: [
      { find: 'if (own && !isOver) return asItStands(room, own, now);', replace: '' },
      {
        find: "const ended: Place[] = own ? [{ ...own, state: 'EXPIRED' }] : [];",
        replace: 'const ended: Place[] = [];',
      },
    ],
    breaks: [0, 15],
  },
  {
    name: 'a call is told before it is on disk',
    file: 'adapters/embedded/waiting-room-store.ts',
    edits: [{ find: 'if (rests) await this.#waitFor(loaded);', replace: 'void rests;' }],
    breaks: [32],
  },
  ...NODE_MUTANTS,
  ...NOTICE_MUTANTS,
  ...WAITLIST_MUTANTS,
];
