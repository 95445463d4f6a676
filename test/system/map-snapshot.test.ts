import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { openMapEvents, openMapSocket, snapshotOf, statusesListed, statusesOf } from './map-stream.ts';
import { buy, hold, openSale } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { program, anyone, organiser, restart } = sharedProgram();

describe('GET /api/v1/events/{id}/map', () => {
  it('is the hall in columns, each seat where the list has it', async () => {
    const { eventId, seatIds, seats } = await openSale(organiser, { rows: 3, seatsInRow: 4 });
    await buy(anyone, 'ann', eventId, seatIds.slice(0, 1));
    await hold(anyone, 'bob', eventId, seatIds.slice(1, 2));
    const map = await snapshotOf(anyone, eventId);
    expect(Object.keys(map).sort()).toEqual(
      ['event_id', 'epoch', 'version', 'currency', 'sections', 'zones', 'runs', 'statuses'].sort(),
    );
    expect(map).toMatchObject({ event_id: eventId, currency: 'USD', sections: ['Floor'] });
    expect(map.zones).toEqual([{ section: 0, seat_type: 'REGULAR', price: '100.50' }]);
    expect(map.statuses).toHaveLength(12);
    expect(statusesOf(map)).toEqual(await statusesListed(anyone, eventId));
    const { runs } = map;
    const drawn = runs.seat_id.flatMap((first, run) =>
      Array.from({ length: runs.count[run] as number }, (_, k) => ({
        seat_id: first + k,
        seat_number: `${runs.prefix[run]}${(runs.start[run] as number) + k}`,
        row_number: runs.row[run],
        x: (runs.x[run] as number) + k * (runs.dx[run] as number),
        y: (runs.y[run] as number) + k * (runs.dy[run] as number),
      })),
    );
    expect(drawn).toEqual(
      seats.map(({ seat_id, seat_number, row_number, x, y }) => ({ seat_id, seat_number, row_number, x, y })),
    );
  });

  it('is not sent again to who has it', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const path = `/api/v1/events/${eventId}/map`;
    const first = await anyone.get(path);
    const etag = first.headers.etag as string;
    expect(etag).toMatch(/^(W\/)?".+"$/);
    const again = await anyone.get(path, { 'if-none-match': etag });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    expect(again.headers.etag).toBe(etag);
    expect(again.headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
    const tag = etag.replace('W/', '');
    for (const known of [tag, `W/${tag}`, `"0.0", ${etag}`, `${etag},W/"0.0"`, '*']) {
      expect((await anyone.get(path, { 'if-none-match': known })).status, known).toBe(304);
    }
    for (const unknown of ['"0.0"', `"${tag.slice(1, -1)}0"`, tag.slice(1, -1)]) {
      expect((await anyone.get(path, { 'if-none-match': unknown })).status, unknown).toBe(200);
    }
    await hold(anyone, 'ann', eventId, seatIds.slice(0, 1));
    await eventually(async () => (await anyone.get(path, { 'if-none-match': etag })).status, 200, {
      seconds: 1,
    });
  });
});

describe('a restart', () => {
  it('ends the streams, and a client that comes back is told to start over', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const map = await snapshotOf(anyone, eventId);
    const events = (query = '') => openMapEvents(`${program.url}/api/v1/events/${eventId}/map/events`, query);
    const streams = [await openMapSocket(`${program.url}/api/v1/ws/events/${eventId}/map`), await events()];
    await restart();
    for (const stream of streams) await eventually(() => stream.endedWith() !== undefined, true);
    expect(streams[0]?.endedWith()).toBe(1001);
    const stream = await events(`?since=${map.epoch}.${map.version}`);
    const frame = await stream.until(() => true);
    expect(frame.type).toBe('resync');
    const now = await snapshotOf(anyone, eventId);
    expect(now.epoch).toBeGreaterThan(map.epoch);
    stream.close();
  });
});
