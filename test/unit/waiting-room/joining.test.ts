import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import type { WaitingRoomStore } from '../../../src/waiting-room/ports/waiting-room-store.ts';
import { WaitingRoomService } from '../../../src/waiting-room/service.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { Desk, TERMS } from './rooms.ts';

/** A room whose lead is lost as soon as somebody has joined. */
async function roomLostAfterJoin() {
  const desk = new Desk();
  const { sale, clock } = await saleInMemory();
  let isLost = false;
  const store = {
    async execute(command) {
      const reply = desk.run(command);
      isLost = command.type === 'join';
      return reply;
    },
    async view() {
      if (isLost) throw new Unavailable('nobody leads the waiting room at the moment');
      return desk.room.view(clock.now());
    },
  } as Pick<WaitingRoomStore, 'execute' | 'view'> as WaitingRoomStore;
  void sale;
  return { desk, store };
}
