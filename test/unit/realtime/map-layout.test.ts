import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoney } from '../../../src/core/money.ts';
import { MapFeed } from '../../../src/realtime/map-feed.ts';
import { layoutOf, type MapLayout } from '../../../src/realtime/map-layout.ts';
import { lettersOf } from '../../../src/realtime/map-letters.ts';
import { patchVoice } from '../../../src/realtime/map-voice.ts';
import type { MapSeat, MapStatus } from '../../../src/realtime/ports/map-source.ts';

type Placed = Omit<MapSeat, 'status'>;

/** Unfolds the runs as the contract says (contract/seat-map.ts). */
function decode({ sections, zones, runs }: MapLayout): Placed[] {
  return runs.seat_id.flatMap((first, run) => {
    const zone = zones[runs.zone[run] as number] as MapLayout['zones'][number];
    const [start, prefix] = [runs.start[run] as number, runs.prefix[run] as string];
    return Array.from({ length: runs.count[run] as number }, (_, k) => ({
      seatId: first + k,
      number: start < 0 ? prefix : `${prefix}${start + k}`,
      section: sections[zone.section] ?? '',
      row: runs.row[run] as string,
      type: zone.seat_type,
      price: parseMoney(zone.price) ?? Number.NaN,
      x: (runs.x[run] as number) + k * (runs.dx[run] as number),
      y: (runs.y[run] as number) + k * (runs.dy[run] as number),
    }));
  });
}

const label = fc.constantFrom(
  'A1',
  'A2',
  'A3',
  'A9',
  'A10',
  'B1',
  'B01',
  'B02',
  'X',
  '',
  '7',
  '8',
  '009',
  '가-1',
  '가-2',
);
const seatDraft = fc.record({
  gap: fc.constantFrom(1, 1, 1, 5),
  number: label,
  section: fc.constantFrom('Floor', 'Balcony', null),
  row: fc.constantFrom('A', 'B', null),
  type: fc.constantFrom('REGULAR', 'VIP'),
  price: fc.constantFrom(100_00, 50_05),
  x: fc.constantFrom(0, 1, 2, 3, 0.1, 0.2, 0.3, null),
  y: fc.constantFrom(0, 1.1, null),
});

function hallOf(drafts: readonly (Omit<Placed, 'seatId'> & { gap: number })[]): MapSeat[] {
  let seatId = 0;
  return drafts.map(({ gap, ...draft }) => {
    seatId += gap;
    return { ...draft, seatId, status: 'AVAILABLE' as const };
  });
}

describe('the layout of a map', () => {
  it('unfolds to the very seats it was made of', () => {
    fc.assert(
      fc.property(fc.array(seatDraft, { maxLength: 40 }), (drafts) => {
        const seats = hallOf(drafts);
        const unfolded = decode(layoutOf(seats));
        expect(unfolded).toHaveLength(seats.length);
        seats.forEach(({ status: _, x, y, ...seat }, index) => {
          const { x: foundX, y: foundY, ...found } = unfolded[index] as Placed;
          expect(found).toEqual({ ...seat, section: seat.section ?? '', row: seat.row ?? '' });
          expect(foundX).toBeCloseTo(x ?? 0, 5);
          expect(foundY).toBeCloseTo(y ?? 0, 5);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('folds a row that counts into one run', () => {
    const rows = Array.from({ length: 2 * SEATS_PER_ROW }, (_, k) => arenaSeat(k));
    expect(layoutOf(rows).runs.count).toEqual([SEATS_PER_ROW, SEATS_PER_ROW]);
  });
});

const SEATS_PER_ROW = 50;

/** Seat k of an arena: sections of 25 straight rows of fifty. */
function arenaSeat(k: number): MapSeat {
  const row = Math.floor(k / SEATS_PER_ROW);
  const place = k % SEATS_PER_ROW;
  const section = Math.floor(row / 25);
  return {
    seatId: k + 1,
    number: `S${section}-${row % 25}-${place + 1}`,
    section: `Section ${section}`,
    row: String(row % 25),
    type: section < 4 ? 'VIP' : 'REGULAR',
    price: 100_00 + (section % 5) * 10_00,
    x: (section % 8) * 60 + place,
    y: Math.floor(section / 8) * 30 + (row % 25) * 1.1,
    status: (['AVAILABLE', 'RESERVED', 'BOOKED'] as MapStatus[])[(k * 7919) % 3] as MapStatus,
  };
}

it('the first answer for a hall of 50,000 seats is at most 120 kB compressed, taken within 20 ms', () => {
  const seats = Array.from({ length: 50_000 }, (_, k) => arenaSeat(k));
  const feed = new MapFeed<string>(
    { eventId: 1, currency: 'USD', seats, map: { epoch: 1, version: 0, statuses: lettersOf(seats) } },
    { voice: patchVoice((text) => text), limits: { keptPatches: 10, laggingBytes: 1, laggingMillis: 1 } },
  );
  const text = feed.snapshot();
  const times = Array.from({ length: 10 }, () => {
    const started = performance.now();
    feed.snapshot();
    return performance.now() - started;
  });
  // The quickest of ten: what the work takes, whatever else the machine does meanwhile.
  expect(Math.min(...times)).toBeLessThan(20);
  const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
  expect(gzipSync(text).length).toBeLessThan(120_000);
  expect(brotliCompressSync(text, fast).length).toBeLessThan(120_000);
});
