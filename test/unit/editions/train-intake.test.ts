import { describe, expect, it } from 'vitest';
import { embeddedEventBus } from '../../../src/adapters/embedded/event-bus.ts';
import { sqlDeadLetters } from '../../../src/adapters/sql/messages/dead-letters.ts';
import { composeTrainIntake } from '../../../src/compose/editions/train-intake.ts';
import type { Message } from '../../../src/core/message.ts';
import { ALL_ROLES, rolesHere } from '../../../src/roles.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';

const TOPIC = 'train.requests';

/** Who comes later waits. */
const FULL: [messageId: string, body: unknown][] = [
  ['first', { user_id: 'ann' }],
  ['second', { user_id: 'ben' }],
];

/** A train that takes messages. */
async function intake({ roles = ALL_ROLES, seats = 2 } = {}) {
  const running = await saleInMemory({ env: { TRAIN_CAPACITY: String(seats) } });
  const { clock, database, sale } = running;
  const deadLetters = sqlDeadLetters(database);
  const bus = embeddedEventBus({ clock, deadLetters });
  const { train } = sale.train;
  const { admissions } = sale;
  composeTrainIntake(
    { trainIntake: { topic: TOPIC, ways: [bus] }, roles, clock, database },
    { train, admissions },
  );
  const message = (messageId: string, body: unknown, saleSession?: string): Message => ({
    messageId,
    topic: TOPIC,
    key: 'train',
    body,
    at: 1,
    ...(saleSession !== undefined && { headers: { saleSession } }),
  });
  return {
    running,
    database,
    train,
    letters: () => deadLetters.latest(10),
    send: (...sent: [messageId: string, body: unknown, session?: string][]) =>
      bus.publish(sent.map((each) => message(...each))),
  };
}

describe('messages to the train', () => {
  it('are served in the order in which they come', async () => {
    const { send, train } = await intake();
    await send(...['ann', 'ben', 'cai', 'dan'].map((user): [string, unknown] => [user, { user_id: user }]));
    expect(await train.standing('ben')).toEqual({ is: 'reserved' });
    expect(await train.standing('dan')).toMatchObject({ is: 'waiting', position: 2 });
  });

  it('have no second effect, also when the log of commands has forgotten the first', async () => {
    const { send, train, database } = await intake();
    await send(...FULL, ['m', { user_id: 'cai' }]);
    await train.cancel('cai');
    await send(['m', { user_id: 'cai' }]);
    expect(await train.standing('cai')).toEqual({ is: 'nobody' });
    await database.transaction((transaction) => transaction.change('DELETE FROM command'));
    await send(['m', { user_id: 'cai' }]);
    expect(await train.standing('cai')).toEqual({ is: 'nobody' });
  });

  it('have no second effect, also when the inbox did not hear of the first', async () => {
    const { send, train, database } = await intake();
    await send(...FULL, ['m', { user_id: 'cai' }]);
    await train.cancel('cai');
    await database.transaction((transaction) => transaction.change('DELETE FROM inbox'));
    await send(['m', { user_id: 'cai' }]);
    expect(await train.standing('cai')).toEqual({ is: 'nobody' });
  });

  it('of one id that ask for two passengers are one request and a dead letter', async () => {
    const { send, train, database, letters } = await intake();
    await send(['m', { user_id: 'ann' }]);
    await database.transaction((transaction) => transaction.change('DELETE FROM inbox'));
    await send(['m', { user_id: 'ben' }]);
    expect(await train.standing('ben')).toEqual({ is: 'nobody' });
    expect(await letters()).toMatchObject([
      { consumer: 'train', reason: 'Unacceptable: IDEMPOTENCY_MISMATCH' },
    ]);
  });

  it.each([
    ['text', 'ann'],
    ['nothing', null],
    ['no name', { user_id: '' }],
    ['too long a name', { user_id: 'x'.repeat(129) }],
    ['a field that is none', { user_id: 'ann', seat: 1 }],
  ])('that are %s are dead letters, and the next is served', async (_, body) => {
    const { send, train, letters } = await intake();
    await send(['m', body], ['n', { user_id: 'ben' }]);
    expect(await letters()).toMatchObject([{ message: { messageId: 'm' }, attempts: 1 }]);
    expect(await train.standing('ben')).toEqual({ is: 'reserved' });
  });

  it('are heard by the processes of the role alone', async () => {
    const { send, train } = await intake({ roles: rolesHere(['worker']) });
    await send(['m', { user_id: 'ann' }]);
    expect(await train.standing('ann')).toEqual({ is: 'nobody' });
  });
});

const ADMISSION = {
  opensAt: 0,
  ratePerSecond: 1_000,
  burst: 100,
  activeMax: 100,
  sessionMillis: 60_000,
  absentMillis: 60_000,
  weights: { high: 1, normal: 1, low: 1 },
  queueMax: 100,
  inventoryAware: false,
  whenLost: 'closed',
  beaconSource: null,
} as const;

/** The same behind a waiting room, of which `sessionOf` makes sessions. */
async function gatedIntake() {
  const taking = await intake({ seats: 10 });
  const { running, train } = taking;
  const { catalog, waitingRooms } = running.sale;
  const { service } = waitingRooms;
  const eventId = await train.eventId();
  const gate = (mode: 'open' | 'waiting_room') =>
    catalog.change(eventId, { policy: { admissionMode: mode, admission: ADMISSION } });
  await gate('waiting_room');
  await service.attend(eventId);
  const sessionOf = async (userId: string): Promise<string> => {
    await service.join(eventId, { userId, lane: 'normal' });
    await service.attend(eventId);
    const called = await service.status(eventId, userId);
    const entered =
      'refused' in called ? called : await service.enter(eventId, userId, called.entryToken as string);
    if ('refused' in entered) throw new Error(entered.refused);
    return entered.session;
  };
  return { gate, sessionOf, ...taking };
}

describe('messages to a train behind a waiting room', () => {
  const reasons = async ({ letters }: Pick<Awaited<ReturnType<typeof gatedIntake>>, 'letters'>) =>
    (await letters()).map(({ message, reason }) => [message.messageId, reason.split(' ')[1]]);

  it('are served with a session of their passenger, and are dead letters with another or none', async () => {
    const taking = await gatedIntake();
    const { send, train, sessionOf } = taking;
    const anns = await sessionOf('ann');
    await send(
      ['a', { user_id: 'ann' }],
      ['b', { user_id: 'ben' }, anns],
      ['c', { user_id: 'ann' }, 'forged'],
    );
    expect(await train.standing('ann')).toEqual({ is: 'nobody' });
    await send(['d', { user_id: 'ann' }, anns]);
    expect(await train.standing('ann')).toEqual({ is: 'reserved' });
    expect(await train.standing('ben')).toEqual({ is: 'nobody' });
    expect((await reasons(taking)).sort()).toEqual([
      ['a', 'ADMISSION_REQUIRED'],
      ['b', 'ADMISSION_INVALID'],
      ['c', 'ADMISSION_INVALID'],
    ]);
  });

  it('are refused when the session is over by the time they are taken; what was taken is not done again', async () => {
    const taking = await gatedIntake();
    const { send, train, sessionOf, running } = taking;
    const [anns, bens] = [await sessionOf('ann'), await sessionOf('ben')];
    await send(['a', { user_id: 'ann' }, anns]);
    running.clock.advance(ADMISSION.sessionMillis);
    await send(['b', { user_id: 'ben' }, bens], ['a', { user_id: 'ann' }, anns]);
    expect(await train.standing('ben')).toEqual({ is: 'nobody' });
    expect(await train.standing('ann')).toEqual({ is: 'reserved' });
    expect(await reasons(taking)).toEqual([['b', 'ADMISSION_INVALID']]);
  });

  it('that were taken are known by their answer, also when the inbox did not hear of them', async () => {
    const taking = await gatedIntake();
    const { send, sessionOf, running, database } = taking;
    const anns = await sessionOf('ann');
    await send(['a', { user_id: 'ann' }, anns]);
    running.clock.advance(ADMISSION.sessionMillis);
    await database.transaction((transaction) => transaction.change('DELETE FROM inbox'));
    await send(['a', { user_id: 'ann' }, anns]);
    expect(await reasons(taking)).toEqual([]);
  });

  it('keep no session as dead letters: replayed, they are served once the waiting room is gone', async () => {
    const { send, train, sessionOf, letters, gate } = await gatedIntake();
    const anns = await sessionOf('ann');
    await send(['b', { user_id: 'ben' }, anns]);
    expect(JSON.stringify(await letters())).not.toContain(anns);
    await gate('open');
    await send(['b', { user_id: 'ben' }]);
    expect(await train.standing('ben')).toEqual({ is: 'reserved' });
  });
});
