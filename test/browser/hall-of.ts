import type { SeatMap } from '../../src/contract/seat-map.ts';

/** Two sections with two rows of four seats, ids 101.., the second row of Floor with its ids before the first's. */
export function smallMap(change: Partial<SeatMap> = {}): SeatMap {
  return {
    event_id: 7,
    epoch: 3,
    version: 10,
    currency: 'KRW',
    sections: ['Floor', 'Balcony'],
    zones: [
      { section: 0, seat_type: 'VIP', price: '150000.00' },
      { section: 1, seat_type: 'REGULAR', price: '90000.00' },
    ],
    runs: {
      seat_id: [201, 101, 301, 401],
      count: [4, 4, 4, 1],
      zone: [0, 0, 1, 1],
      row: ['A', 'B', 'A', 'A'],
      prefix: ['A', 'B', 'A', 'BOX'],
      start: [1, 1, 10, -1],
      x: [0, 0, 100, 140],
      y: [0, 10, 0, 0],
      dx: [10, 10, 10, 0],
      dy: [0, 0, 0, 0],
    },
    statuses: 'AARBAAAAXAAAA',
    ...change,
  };
}
