/** Seats with following ids. */
export interface SeatRun {
  eventId: number;
  firstId: number;
  count: number;
}

export interface SeatStock {
  add(run: SeatRun): void;
  left(): number;
  /** Another free seat, of the events in turn; undefined when all are gone. */
  take(): { eventId: number; seatId: number } | undefined;
  /** So many seats of the first event that has them. */
  takeRun(count: number): SeatRun | undefined;
}

export function seatStock(): SeatStock {
  const runs: (SeatRun & { taken: number })[] = [];
  let turn = 0;
  return {
    add: (run) => void runs.push({ ...run, taken: 0 }),
    left: () => runs.reduce((left, run) => left + run.count - run.taken, 0),
    take() {
      while (runs.length > 0) {
        turn = (turn + 1) % runs.length;
        const run = runs[turn];
        if (!run) continue;
        if (run.taken < run.count) return { eventId: run.eventId, seatId: run.firstId + run.taken++ };
        runs.splice(turn, 1);
      }
      return undefined;
    },
    takeRun(count) {
      const run = runs.find((each) => each.count - each.taken >= count);
      if (!run) return undefined;
      run.taken += count;
      return { eventId: run.eventId, firstId: run.firstId + run.taken - count, count };
    },
  };
}
