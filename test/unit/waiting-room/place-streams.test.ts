import { expect, it } from 'vitest';
import { systemSeals } from '../../../src/adapters/system/seals.ts';
import { Passes } from '../../../src/waiting-room/passes.ts';
import type { Place } from '../../../src/waiting-room/place.ts';
import { type PlaceNews, PlaceStreams } from '../../../src/waiting-room/place-streams.ts';
import type { Told } from '../../../src/waiting-room/service.ts';
import { standingOf, viewOf } from '../../../src/waiting-room/standing.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { Desk, TERMS } from './rooms.ts';

const BEATS = 15;

/** Streams before a room; what each watcher was sent, as it stands on the wire before it is put into words. */
function streamsBefore(desk: Desk) {
  const clock = new HandClock();
  const passes = new Passes(systemSeals([{ kid: 'a', key: Buffer.from('a key of the test') }]), clock);
  const status = async (_eventId: number, userId: string): Promise<Told> => {
    const standing = standingOf(desk.room, desk.room.placeOf(userId) as Place, clock.now());
    const isCalled = standing.state === 'READY';
    return {
      standing,
      view: viewOf(desk.room, clock.now()),
      opensAt: null,
      pollMillis: 1_000,
      session: null,
      receipt: '',
      entryToken: isCalled ? `token of ${userId}` : null,
    };
  };
  const streams = new PlaceStreams<PlaceNews>({ service: { status }, passes, clock, frame: (news) => news });
  const watch = async (userId: string) => {
    const frames: PlaceNews[] = [];
    const end = streams.watch(1, await status(1, userId), { send: (frame) => frames.push(frame) });
    const types = () => frames.splice(0).map(({ type }) => type);
    return { frames, types, end };
  };
  const beats = async (count: number) => {
    for (let beat = 0; beat < count; beat++) await streams.beat();
  };
  const view = () => viewOf(desk.room, clock.now());
  return { streams, clock, watch, beats, view };
}

function openRoom(...people: string[]): Desk {
  const desk = new Desk();
  desk.now = new HandClock().now();
  desk.open();
  for (const userId of people) desk.join(userId);
  return desk;
}

it('tell who is called at once, and the others how far the line has come', async () => {
  const desk = openRoom('ann', 'ben');
  const { streams, clock, watch, view } = streamsBefore(desk);
  const [ann, ben] = [await watch('ann'), await watch('ben')];
  desk.letIn();
  streams.placesMoved(1, [...desk.room.called.values()], view());
  expect(ann.types()).toEqual(['INIT', 'ACTIVE']);
  clock.advance(250);
  expect(ben.types()).toEqual(['INIT', 'SERVING']);
});

it('tell somebody that he was called though nobody heard when he was', async () => {
  const desk = openRoom('ann');
  const { watch, beats } = streamsBefore(desk);
  const ann = await watch('ann');
  desk.letIn();
  await beats(BEATS);
  expect(ann.types()).toEqual(['INIT', 'RANK_UPDATE', 'ACTIVE', 'KEEPALIVE']);
});

it('tell everybody anew when something may have been missed', async () => {
  const desk = openRoom('ann', 'ben');
  const { streams, clock, watch } = streamsBefore(desk);
  const both = [await watch('ann'), await watch('ben')];
  desk.letIn({ ...TERMS, burst: 1 });
  streams.missed(1);
  streams.missed(2);
  clock.advance(0);
  await new Promise(setImmediate);
  expect(both.map(({ types }) => types())).toEqual([
    ['INIT', 'RANK_UPDATE', 'ACTIVE'],
    ['INIT', 'RANK_UPDATE'],
  ]);
});

it('forget who has gone', async () => {
  const desk = openRoom('ann');
  const { streams, watch, beats, clock, view } = streamsBefore(desk);
  const ann = await watch('ann');
  expect(streams.watching).toBe(1);
  ann.end();
  expect(streams.watching).toBe(0);
  ann.types();
  streams.missed(1);
  streams.roomChanged(1, view());
  clock.advance(1_000);
  await beats(BEATS);
  expect(ann.types()).toEqual([]);
});
