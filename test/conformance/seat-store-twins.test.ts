import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import { type Admission, OPEN_ADMISSION } from '../../src/core/admission.ts';
import { MINUTE } from '../../src/core/clock.ts';
import type { ClaimedSeat, SeatCommand } from '../../src/reservation/command.ts';
import type { Running } from '../backends/backend.ts';
import { embeddedInMemory } from '../backends/embedded.ts';
import { type RedisServers, seatsOnRedis } from '../backends/redis.ts';
import { componentPresent } from '../backends/registry.ts';
import { TERMS } from '../backends/seat-commands.ts';
import { PATIENT, redisServer } from '../backends/servers/redis.ts';
import { simulatedRedis } from '../backends/simulated-redis.ts';
import { Twins } from './twins.ts';

const USERS = ['ann', 'ben', 'zoe, 50%;\n'];
const PLACES = 4;

const user = fc.constantFrom(...USERS);
/** Sometimes a seat that there is not. */
const place = fc.integer({ min: 0, max: PLACES }).map((at) => (at === PLACES ? -1 : at));
const places = fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(PLACES - 1) }, place), {
  minLength: 1,
  maxLength: 3,
});
/** Which of the latest holds a command is about; the farther back, the more likely it is over. */
const recent = fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 3 });
const order = fc.constantFrom(1, 2);
const holdMillis = fc.constantFrom(MINUTE, 10 * MINUTE, 40 * MINUTE);
/** Until the end of the session that a hold is made under. */
const session = fc.constantFrom(undefined, undefined, 0, MINUTE);
const millis = fc.constantFrom(1, 1_000, MINUTE, 5 * MINUTE, 9 * MINUTE, 10 * MINUTE);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('hold' as const), user, places, session, millis: holdMillis }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('best' as const),
      user,
      size: fc.integer({ min: 1, max: 3 }),
      session,
      millis: holdMillis,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('swap' as const),
      user,
      places,
      recent,
      session,
      millis: holdMillis,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('crowd' as const),
      holds: fc.array(fc.record({ user, places, session }), { minLength: 2, maxLength: 8 }),
      millis: holdMillis,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('extend' as const), user, recent, millis }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lengthen' as const), user, recent, millis }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), user, recent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take back' as const), user, recent }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pay' as const), user, places, order, millis }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sell' as const), user, recent, order }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), recent, order }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), recent, order }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('block' as const, 'unblock' as const), places }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), millis }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A Redis that can be emptied. */
interface Emptied extends RedisServers {
  empty(): Promise<unknown>;
}

async function realRedis(): Promise<Emptied> {
  const server = await redisServer();
  return {
    connect: () => redisConnection({ servers: { kind: 'single', address: server.address }, limits: PATIENT }),
    empty: () => server.command('flushall'),
    stop: () => server.stop(),
  };
}

async function simulated(): Promise<Emptied> {
  const redis = simulatedRedis();
  return {
    connect: async () => redis.connect({ isAlive: true, atEnd: () => undefined }),
    empty: async () => redis.server.forgetSince(0),
    stop: async () => undefined,
  };
}

const kinds = [
  ...(componentPresent('redis') ? [{ name: 'Redis', open: realRedis }] : []),
  { name: "the simulation's Redis", open: simulated },
];

describe.each(kinds)('SeatStore on $name beside the one in process', ({ open }) => {
  let server: Emptied;
  let left: Running;
  let right: Running;
  beforeAll(async () => {
    server = await open();
    left = await embeddedInMemory.start();
    right = await seatsOnRedis(server);
  });
  afterAll(async () => {
    await left.stop();
    await right.stop();
  });

  it('answers alike, and is in the same state after every command', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const twins = await Twins.open(left, right, { rows: 2, seatsPerRow: PLACES / 2 });
        for (const each of steps) {
          // Not compared then: reading would end what is over before the next command comes upon it.
          if (each.do === 'wait') twins.wait(each.millis);
          else if (each.do === 'restart') await restart();
          else if (each.do === 'crowd') {
            const holds = each.holds.map((hold) => ({ do: 'hold' as const, millis: each.millis, ...hold }));
            await twins.executeTogether(holds.map((hold) => (side) => commandOf(twins, hold, side)));
            await twins.compare({ size: 1 });
          } else {
            await twins.execute((side) => commandOf(twins, each, side));
            await twins.compare({ size: 1 + (steps.length % 3) });
          }
        }
        await twins.compare({ size: 1 });
        await twins.compareHistories(USERS);
      }),
      { numRuns: Number(process.env.TWINS_RUNS ?? 30) },
    );
  });

  /** Both programs begin anew; Redis has been emptied meanwhile. */
  async function restart(): Promise<void> {
    await left.reopen();
    await right.settled();
    await server.empty();
    await right.reopen();
  }
});

function admissionOf({ left }: Twins, given: { session?: number | undefined } | object): Admission {
  if (!('session' in given) || given.session === undefined) return OPEN_ADMISSION;
  return { kind: 'session', admissionId: '1-1', until: left.clock.now() + given.session };
}

function commandOf(
  twins: Twins,
  given: Exclude<Step, { do: 'wait' | 'restart' | 'crowd' }>,
  side: 'left' | 'right',
): SeatCommand {
  const { eventId } = twins;
  const seatIds = ('places' in given ? given.places : []).map((at) => twins.seatIds[at] ?? 987_654_321);
  const holds = ('recent' in given ? given.recent : []).flatMap((back) => {
    const hold = twins.holds.at(-1 - back);
    return hold ? [hold[side]] : [];
  });
  const seats: ClaimedSeat[] = holds.map(({ seatId, fence }) => ({ seatId, fence }));
  const terms = { ...TERMS, holdMillis: 'millis' in given ? given.millis : 0, lapsesAllowed: 2 };
  const holding = { eventId, sessionId: 'a, session', admission: admissionOf(twins, given), terms };
  const deadline = twins.left.clock.now() + ('millis' in given ? given.millis : 0);
  switch (given.do) {
    case 'hold':
      return { type: 'hold_seats', ...holding, userId: given.user, seatIds };
    case 'swap':
      return {
        type: 'hold_seats',
        ...holding,
        userId: given.user,
        seatIds,
        insteadOf: holds.map(({ holdId }) => holdId),
      };
    case 'best':
      return { type: 'hold_best', ...holding, userId: given.user, wish: { size: given.size } };
    case 'extend':
    case 'lengthen':
      return {
        type: 'extend_hold',
        eventId,
        userId: given.user,
        additionalMillis: given.millis,
        holdId: holds[0]?.holdId ?? 0,
        ...(given.do === 'lengthen' && { from: 'end' }),
      };
    case 'release':
    case 'take back':
      return {
        type: 'release_holds',
        eventId,
        userId: given.user,
        releasedBefore: 1,
        holdIds: holds.map(({ holdId }) => holdId),
        ...(given.do === 'take back' && { actor: 'organiser' }),
      };
    case 'pay':
      return { type: 'begin_payment', eventId, orderId: given.order, userId: given.user, seatIds, deadline };
    case 'sell':
      return { type: 'sell_seats', eventId, orderId: given.order, userId: given.user, seats };
    case 'end':
      return {
        type: 'end_payment',
        eventId,
        orderId: given.order,
        seats,
        actor: null,
        outcome: 'booking_cancelled',
      };
    case 'return':
      return { type: 'return_sale', eventId, orderId: given.order, seats, actor: 'organiser' };
    default:
      return {
        type: given.do === 'block' ? 'block_seats' : 'unblock_seats',
        eventId,
        seatIds,
        actor: 'organiser',
      };
  }
}
