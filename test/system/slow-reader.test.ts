import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { openMapEvents } from './map-stream.ts';
import { startProgram } from './program.ts';
import { openSale } from './sale.ts';

it('a client that does not read is cut off, and nobody else notices', async () => {
  const own = await startProgram({
    env: { RATE_LIMIT_PER_PRINCIPAL: '0', SHED_DELAY_MS: '0', STREAM_BUFFER_BYTES: '16384' },
  });
  try {
    const asked = organiserOf(own);
    const { eventId, seatIds } = await openSale(asked, { rows: 100, seatsInRow: 100 });
    const url = `${own.url}/api/v1/events/${eventId}/map/events`;
    const reader = await openMapEvents(url);
    const sleeper = connect(Number(new URL(own.url).port), '127.0.0.1');
    let cut = false;
    sleeper.on('close', () => {
      cut = true;
    });
    sleeper.on('error', () => undefined);
    sleeper.write(`GET ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
    sleeper.pause();
    await reader.until((frame) => frame.type === 'presence' && frame.watching === 2);
    const thousands = Array.from({ length: 10 }, (_, part) =>
      seatIds.slice(part * 1_000, (part + 1) * 1_000),
    );
    const one = (frame: object) => JSON.stringify(frame) === '{"type":"presence","watching":1}';
    for (let round = 0; round < 60 && !reader.frames.some(one); round++) {
      const before = reader.frames.length;
      const what = round % 2 === 0 ? 'block' : 'unblock';
      await Promise.all(
        thousands.map((seat_ids) => asked.post(`/api/v1/events/${eventId}/seats/${what}`, { seat_ids })),
      );
      await eventually(() => reader.frames.length > before, true);
    }
    expect(reader.frames.some(one)).toBe(true);
    expect(reader.endedWith()).toBeUndefined();
    sleeper.resume();
    await eventually(() => cut, true);
    reader.close();
  } finally {
    await own.stop();
  }
});
