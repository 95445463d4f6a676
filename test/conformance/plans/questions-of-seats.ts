import { sqlHoldBlocks } from '../../../src/adapters/sql/seats/hold-blocks.ts';
import { sqlHoldHistory } from '../../../src/adapters/sql/seats/hold-history.ts';
import type { SeatCommand } from '../../../src/reservation/command.ts';
import type { Hold } from '../../../src/reservation/hold.ts';
import { LATELY } from '../../backends/crowded-ledger.ts';
import { claimed, granted, holdOn, payFor, sell, TERMS } from '../../backends/seat-commands.ts';
import { PARTY, type Questions, type Stores } from './stores.ts';

const DEADLINE = LATELY * 100;
let guests = 0;
let orders = 1_000_000;

/** Of a hall in rows, nearly all of whose seats somebody has, and of the claims on it. */
export const OF_SEATS: Questions = {
  'taking a seat, and giving it back': async (stores) => {
    const [hold, userId] = await held(stores);
    await order(stores, { type: 'release_holds', holdIds: [hold.holdId], userId });
  },
  'taking seats for a party, and giving them back': async (stores) => {
    const userId = guest();
    const seatIds = Array.from({ length: TERMS.seatsPerHold }, () => stores.freeSeat());
    const { seats, eventId } = stores;
    const { holds } = granted(await seats.execute(holdOn(eventId, seatIds, userId)));
    const holdIds = holds.map(({ holdId }) => holdId);
    await order(stores, { type: 'release_holds', holdIds, userId });
  },
  'having a seat for longer': async (stores) => {
    const [{ holdId }, userId] = await held(stores);
    await order(stores, { type: 'extend_hold', holdId, userId, additionalMillis: 1_000 });
  },
  'buying a seat, and giving it back': async (stores) => {
    const { orderId, userId, holds } = await paying(stores);
    await stores.seats.execute(sell(stores.eventId, orderId, userId, holds));
    await order(stores, { type: 'return_sale', orderId, seats: claimed(holds), actor: null });
  },
  'a payment that comes to nothing': async (stores) => {
    const { orderId, holds } = await paying(stores);
    const outcome = 'payment_deadline';
    await order(stores, { type: 'end_payment', orderId, seats: claimed(holds), outcome, actor: null });
  },
  'blocking a seat, and freeing it': async (stores) => {
    const seatIds = [stores.freeSeat()];
    await order(stores, { type: 'block_seats', seatIds, actor: 'organiser' });
    await order(stores, { type: 'unblock_seats', seatIds, actor: 'organiser' });
  },
  'the best seat, in a hall that was looked at before': async (stores) => {
    const { eventId } = stores;
    await order(stores, { ...holdOn(eventId, [], guest()), type: 'hold_best', wish: { size: 1 } });
  },
  'how a few seats stand': async (stores) => {
    const seatIds = Array.from({ length: PARTY }, () => stores.freeSeat());
    await stores.seats.seats(stores.eventId, seatIds);
  },
  'a hold': async (stores) => {
    const [{ holdId }] = await held(stores);
    await stores.seats.liveHold(holdId);
    await sqlHoldHistory(stores.database).hold(holdId);
    await sqlHoldBlocks(stores.database).blockWith(holdId);
  },
  "a seat's history": async ({ database, eventId, ...stores }) =>
    sqlHoldHistory(database).seatHistory(eventId, stores.freeSeat(), PARTY),
  'what is being paid for': ({ database }) => sqlHoldHistory(database).beingPaid(),
  'ending what is over, while most are not': ({ seats }) => seats.expireDue(),
};

type Command = SeatCommand extends infer C ? (C extends unknown ? Omit<C, 'eventId'> : never) : never;

/** Refused, it would cost next to nothing. */
async function order({ seats, eventId }: Stores, command: Command): Promise<unknown> {
  return granted(await seats.execute({ ...command, eventId } as SeatCommand));
}

async function held({ seats, eventId, freeSeat }: Stores): Promise<[Hold, string]> {
  const userId = guest();
  const { holds } = granted(await seats.execute(holdOn(eventId, [freeSeat()], userId, { terms: TERMS })));
  return [holds[0] as Hold, userId];
}

async function paying(stores: Stores) {
  const [{ seatId }, userId] = await held(stores);
  const orderId = ++orders;
  const command = payFor(stores.eventId, { orderId, userId, seatIds: [seatId], deadline: DEADLINE });
  const { holds } = granted(await stores.seats.execute(command));
  return { orderId, userId, holds };
}

function guest(): string {
  return `guest${++guests}`;
}
