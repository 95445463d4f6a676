import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KafkaConnection, kafkaConnection } from '../../../src/adapters/kafka/connection.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { DeadLetterView } from '../../../src/contract/dead-letter.ts';
import { componentPresent } from '../../backends/registry.ts';
import { type KafkaServer, kafkaServer } from '../../backends/servers/kafka.ts';
import { bodyOf, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { freshFolder, type Program, startProgram } from '../program.ts';
import { enter, openRoom } from '../waiting-line.ts';
import { cancel, statusOf } from './passengers.ts';

const TOPIC = 'train.requests';
const PATIENCE = { seconds: 60 };

interface Sent {
  value: string;
  messageId?: string;
  session?: string;
  key?: string;
}

describe.runIf(componentPresent('kafka'))('requests for the train that come by Kafka', () => {
  const dataDir = freshFolder();
  let kafka: KafkaServer;
  let outside: KafkaConnection;
  let program: Program;
  const start = (bus: Record<string, string> = {}) =>
    startProgram({
      env: { KAFKA_BROKERS: kafka.broker, TRAIN_INTAKE_TOPIC: TOPIC, TRAIN_CAPACITY: '3', ...bus },
      dataDir,
    });
  beforeAll(async () => {
    kafka = await kafkaServer();
    outside = await kafkaConnection({ brokers: [kafka.broker] }, systemClock());
    program = await start();
  });
  afterAll(async () => {
    await program?.stop();
    await outside?.close();
    await kafka?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const send = (...all: Sent[]) =>
    outside.send(
      all.map(({ value, messageId, session, key = 'train' }) => ({
        topic: TOPIC,
        key,
        value,
        headers: {
          ...(messageId !== undefined && { 'message-id': messageId }),
          ...(session !== undefined && { 'x-sale-session': session }),
        },
      })),
    );
  const of = (user: string | number, messageId?: string): Sent => ({
    value: JSON.stringify({ user_id: user }),
    ...(messageId !== undefined && { messageId }),
  });
  const status = async (user: string) => {
    const { status, position } = await statusOf(clientOf(program), user);
    return position === undefined ? status : `${status} ${position}`;
  };
  const becomes = (user: string, wanted: string) => eventually(() => status(user), wanted, PATIENCE);
  const letters = async () =>
    bodyOf(await organiserOf(program).get<DeadLetterView[]>('/api/v1/dead-letters'));
  const reasons = async () => (await letters()).map(({ reason }) => reason);

  it('are served in the order of the topic; who asks twice has one seat', async () => {
    await send(of('ann'), of('ben'), of('ann'), of(7), of('dan'), of('eve', 'eve 1'));
    await becomes('eve', 'in_queue 2');
    expect(await Promise.all(['ann', 'ben', '7', 'dan'].map(status))).toEqual([
      ...['reserved', 'reserved', 'reserved', 'in_queue 1'],
    ]);
  });

  it('become dead letters with their reasons when they are none, and stop nobody', async () => {
    await send({ value: 'no JSON' }, { value: '{}' }, { value: '{"user_id":"x","seat":1}' }, of('fay'));
    await becomes('fay', 'in_queue 3');
    const found = await letters();
    expect(found).toHaveLength(3);
    for (const { consumer, topic, attempts, reason } of found) {
      expect({ consumer, topic, attempts }).toEqual({ consumer: 'train', topic: TOPIC, attempts: 1 });
      expect(reason).toContain('it is no request for a seat');
    }
  });

  it('whose text no database takes are dead letters like those', async () => {
    const [nul, half] = ['\u0000', '\ud83d'];
    await send(of(`a${nul}`), of(half), { value: '[]', key: `k${nul}` }, of(nul, `id${nul}`), { value: nul });
    const found = await eventually(letters, (all) => all.length === 8, PATIENCE);
    for (const { reason, key, message_id } of found) {
      expect(reason).toContain('it is no request for a seat');
      expect(`${key} ${message_id}`).not.toContain(nul);
    }
  });

  it('have their effect once, however often they come: also after it was taken back', async () => {
    expect((await cancel(clientOf(program), 'eve')).body.status).toBe('cancelled');
    await send(of('eve', 'eve 1'), of('gil'));
    // One after the other: when the later one was served, the earlier one was, too.
    await becomes('gil', 'in_queue 3');
    expect(await status('eve')).toBe('not_found');
    await send(of('eve', 'eve 2'));
    await becomes('eve', 'in_queue 4');
  });

  it('wait in the topic while nobody is there, and nothing is done again after a crash', async () => {
    await send(...Array.from({ length: 50 }, (_, index) => of(`crowd ${index}`, `crowd ${index}`)));
    await becomes('crowd 0', 'in_queue 5');
    await program.kill();
    await send(of('hal'));
    program = await start();
    await becomes('hal', 'in_queue 55');
    expect(await Promise.all(['ann', 'dan', 'eve', 'crowd 49'].map(status))).toEqual([
      ...['reserved', 'in_queue 1', 'in_queue 4', 'in_queue 54'],
    ]);
  });

  const trainEvent = async () => {
    const events = await organiserOf(program).get<{ items: { event_id: number }[] }>('/api/v1/events');
    return bodyOf(events).items[0]?.event_id as number;
  };

  const replayed = async (user: string, place: number) => {
    const organiser = organiserOf(program);
    const event = `/api/v1/events/${await trainEvent()}`;
    bodyOf(await organiser.patch(event, { status: 'PAUSED' }));
    await send(of(user, `of ${user}`));
    await eventually(reasons, (found) => found.some((reason) => reason.includes('SALE_NOT_OPEN')), PATIENCE);
    bodyOf(await organiser.patch(event, { status: 'ON_SALE' }));
    await organiser.post(`/api/v1/dead-letters/train/of%20${user}/replay`);
    await becomes(user, `in_queue ${place}`);
  };

  it('that the sale refused are replayed by the organiser', async () => {
    await replayed('ian', 56);
  });

  it('are replayed into the topic where Kafka is the bus, too', async () => {
    await program.stop();
    program = await start({ EVENT_BUS: 'kafka' });
    await replayed('jon', 57);
  });

  it('want a session behind a waiting room, and are dead letters without', async () => {
    const organiser = organiserOf(program);
    const eventId = await trainEvent();
    const admit = async (admission: object) =>
      bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { admission }));
    await admit({ mode: 'waiting_room', rate_per_second: 100, inventory_aware: false });
    await openRoom(organiser, eventId);
    const { 'x-sale-session': session = '' } = await enter(clientOf(program), 'kim', eventId);
    const value = JSON.stringify({ user_id: 'kim' });
    const told = await reasons();
    await send(
      of('lee', 'of lee'),
      { value: JSON.stringify({ user_id: 'lee' }), session },
      { value, session },
    );
    await becomes('kim', 'in_queue 58');
    expect(await status('lee')).toBe('not_found');
    const since = (await reasons()).slice(0, -told.length);
    expect(since.map((reason) => reason.split(' ')[1]).sort()).toEqual([
      'ADMISSION_INVALID',
      'ADMISSION_REQUIRED',
    ]);
    await admit({ mode: 'open' });
    await organiser.post('/api/v1/dead-letters/train/of%20lee/replay');
    await becomes('lee', 'in_queue 59');
  });
});
