import { describe, expect, it } from 'vitest';
import { decodeHall, type Hall } from '../../web/src/features/seat-map/hall.ts';
import { seatLabel } from '../../web/src/features/seat-map/hall-seat.ts';
import { nearestFree } from '../../web/src/features/seat-map/neighbours.ts';
import { buildGrid, forEachSeatIn, seatAt } from '../../web/src/features/seat-map/seat-grid.ts';
import { smallMap } from './hall-of.ts';

/** 250 rows of 200 seats, every third held. */
function largeHall(): Hall {
  const rows = Array.from({ length: 250 }, (_, row) => row);
  return decodeHall(
    smallMap({
      runs: {
        seat_id: rows.map((row) => 1 + row * 200),
        count: rows.map(() => 200),
        zone: rows.map(() => 0),
        row: rows.map(String),
        prefix: rows.map((row) => `${row}-`),
        start: rows.map(() => 1),
        x: rows.map(() => -1_000),
        y: rows.map((row) => row * 12),
        dx: rows.map(() => 10),
        dy: rows.map(() => 0),
      },
      statuses: Array.from({ length: 50_000 }, (_, seat) => (seat % 3 === 0 ? 'R' : 'A')).join(''),
    }),
  );
}

describe('the grid', () => {
  const hall = largeHall();
  const grid = buildGrid(hall);

  it('holds every seat once', () => {
    expect(new Set(grid.seats).size).toBe(50_000);
    expect(grid.pitch).toBeCloseTo(10);
  });

  it('finds the seat under a point, and none in the gaps', () => {
    for (let seat = 0; seat < hall.count; seat += 97) {
      expect(seatAt(hall, grid, { x: (hall.x[seat] ?? 0) + 2, y: (hall.y[seat] ?? 0) - 2 })).toBe(seat);
    }
    expect(seatAt(hall, grid, { x: -1_020, y: 0 })).toBeUndefined();
  });

  it('visits all seats of a box and not many more', () => {
    const box = { left: -500, top: 600, right: -300, bottom: 840 };
    const visited: number[] = [];
    forEachSeatIn(grid, box, (seat) => visited.push(seat));
    const inside = [...hall.x.keys()].filter((seat) => {
      const [x = 0, y = 0] = [hall.x[seat], hall.y[seat]];
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
    expect(inside.every((seat) => visited.includes(seat))).toBe(true);
    expect(visited.length).toBeLessThan(inside.length * 2.5);
  });
});

describe('the alternative to lost seats', () => {
  const offer = (statuses: string, size: number) => {
    const hall = decodeHall(smallMap({ statuses }));
    const found = nearestFree(hall, { near: 1, size, pitch: buildGrid(hall).pitch, except: new Set([202]) });
    return found && { labels: found.seats.map((seat) => seatLabel(hall, seat)), adjacent: found.adjacent };
  };

  it('is next to each other and as near as may be', () => {
    expect(offer('ARAARRAAXAAAA', 2)).toEqual({ labels: ['A3', 'A4'], adjacent: true });
    expect(offer('ARARAAAAXAAAA', 2)).toEqual({ labels: ['B1', 'B2'], adjacent: true });
  });

  it('never offers the seat that was lost, even if the map still shows it free', () => {
    expect(offer('AAARRRRRXRRRR', 3)).toBeUndefined();
  });

  it('is apart when nothing else is left, and says so', () => {
    expect(offer('ARARRARRXRRRR', 3)).toEqual({ labels: ['A1', 'A3', 'B2'], adjacent: false });
  });

  it('does not call seats across an aisle adjacent', () => {
    // The box lies a whole section away from the floor, in a row of its own with A10 to A13.
    expect(offer('RRRRRRRRXRRAA', 2)).toEqual({ labels: ['A13', 'BOX'], adjacent: true });
    expect(offer('RRRRRRRRXRARA', 2)).toEqual({ labels: ['A12', 'BOX'], adjacent: false });
  });
});
