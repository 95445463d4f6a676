import { pause } from '../../../core/clock.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Running } from '../machines/machine.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';

const SHOWN_AFTER_TRIES = 20;
const PAUSE = 500;

/** What one node shows of an event. */
export interface Shown {
  node: number;
  eventId: number;
  states: Map<number, string>;
  /** Statuses are in it as letters. */
  map: { epoch: number; version: number; text: string };
}

/** Asks every node how the seats of the events stand. To be awaited while time goes on. */
export function shownByAll({ machines }: World, eventIds: readonly number[]): Promise<Shown[]> {
  return Promise.all(
    machines.all.flatMap(({ running }, node) =>
      eventIds.map(async (eventId) => {
        const { read, map } = await shownBy(running, eventId);
        must(map !== undefined && !isRefusal(map), 34, () => `node ${node} shows no map of event ${eventId}`);
        return {
          node,
          eventId,
          map,
          states: new Map(read?.seats.map(({ seat, state }) => [seat.seatId, state])),
        };
      }),
    ),
  );
}

/** What is being read anew is there soon. */
async function shownBy(running: Running | undefined, eventId: number) {
  must(running !== undefined, 42, () => 'a node does not run');
  const { sale, clock } = running;
  for (let tries = 1; ; tries++) {
    try {
      return { read: await sale.seatStore.seats(eventId), map: await sale.maps.snapshot(eventId) };
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === SHOWN_AFTER_TRIES) throw error;
      await pause(clock, PAUSE);
    }
  }
}

/** Invariants 11, 33 and 34: every node has every seat as the ledger's log has it, and all maps are one. */
export function checkAgreement({ committed, marks }: World, shown: readonly Shown[]): void {
  const seats = [...committed.seats.values()];
  for (const { node, eventId, states, map } of shown) {
    const ofEvent = seats.filter((seat) => seat.eventId === eventId);
    must(
      states.size === ofEvent.length,
      11,
      () => `event ${eventId} has ${ofEvent.length} seats, ${states.size} on node ${node}`,
    );
    for (const { seatId, state } of ofEvent) {
      const here = states.get(seatId);
      must(here === state, 33, () => `seat ${seatId} is ${here} on node ${node} and ${state} by its log`);
    }
    const first = shown.find((other) => other.eventId === eventId)?.map;
    must(
      first?.text === map.text,
      34,
      () =>
        `event ${eventId} is at ${map.epoch}.${map.version} on node ${node}, elsewhere at ${first?.epoch}.${first?.version}`,
    );
  }
  marks.met('nodes agree with the ledger');
}
