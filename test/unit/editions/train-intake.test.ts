import { describe, expect, it } from 'vitest';
import { embeddedEventBus } from '../../../src/adapters/embedded/event-bus.ts';
import { sqlDeadLetters } from '../../../src/adapters/sql/messages/dead-letters.ts';
import { composeTrainIntake } from '../../../src/compose/train-intake.ts';
import type { Message } from '../../../src/core/message.ts';
import { ALL_ROLES, rolesHere } from '../../../src/roles.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';

const TOPIC = 'train.requests';

/** Who comes later waits. */
const FULL: [messageId: string, body: unknown][] = [
  ['first', { user_id: 'ann' }],
  ['second', { user_id: 'ben' }],
];

/** A train of two seats that takes messages. */
async function intake(roles = ALL_ROLES) {
  const running = await saleInMemory({ env: { TRAIN_CAPACITY: '2' } });
  const { clock, database, sale } = running;
  const deadLetters = sqlDeadLetters(database);
  const bus = embeddedEventBus({ clock, deadLetters });
  composeTrainIntake({ trainIntake: { topic: TOPIC, ways: [bus] }, roles, clock, database }, sale.train);
  const message = (messageId: string, body: unknown): Message => ({
    messageId,
    topic: TOPIC,
    key: 'train',
    body,
    at: 1,
  });
  return {
    database,
    train: sale.train.train,
    letters: () => deadLetters.latest(10),
    send: (...sent: [messageId: string, body: unknown][]) =>
      bus.publish(sent.map(([messageId, body]) => message(messageId, body))),
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
    const { send, train } = await intake(rolesHere(['worker']));
    await send(['m', { user_id: 'ann' }]);
    expect(await train.standing('ann')).toEqual({ is: 'nobody' });
  });
});
