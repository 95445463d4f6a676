import { expect, it } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import type { RoomView } from '../../../src/waiting-room/command.ts';
import { perLane } from '../../../src/waiting-room/lane.ts';
import { type WaitingRoomNeeds, WaitingRoomService } from '../../../src/waiting-room/service.ts';
import { Desk, HEAD, TERMS } from './rooms.ts';

const VIEW: RoomView = {
  phase: 'before',
  waiting: 0,
  serving: perLane(() => 0),
  arrived: perLane(() => 0),
  limit: 'rate',
  ratePerMinute: perLane(() => 600),
  message: null,
};

it('who has joined is not told that nothing happened, though the room is lost before he can be shown how he stands', async () => {
  const desk = new Desk(HEAD);
  let isLost = false;
  const service = new WaitingRoomService({
    rooms: { termsOf: () => TERMS },
    store: {
      async execute(command: Parameters<Desk['run']>[0]) {
        isLost = true;
        return desk.run(command);
      },
      async view() {
        if (isLost) throw new Unavailable('nobody leads the waiting room at the moment');
        return VIEW;
      },
    },
  } as unknown as WaitingRoomNeeds);
  const joined = service.join(1, { userId: 'ann', lane: 'normal' });
  await expect(joined).rejects.toMatchObject({ name: 'Unavailable', indefinite: true });
  expect(desk.room.slotOf('ann')).toBeDefined();
});
