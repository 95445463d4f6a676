import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openSale } from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import * as orders from './orders-client.ts';

const named = (chunks: readonly string[], event: string) =>
  chunks.filter((chunk) => chunk.includes(`event:${event}\n`));

/** What libraries of other languages see of the streams: headers, chunks and lines, byte for byte. */
describe('the bytes of the streams', () => {
  const { program, anyone, organiser } = sharedProgram();
  const open: { destroy(): unknown }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.destroy();
  });

  /** Node hands a body on chunk by chunk, as Python's requests do, to who listens from the first one on. */
  function openStream(path: string) {
    const chunks: string[] = [];
    return new Promise<{ headers: IncomingMessage['headers']; chunks: string[] }>((resolve, reject) => {
      const listen = (response: IncomingMessage) => {
        open.push(response);
        response.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
        resolve({ headers: response.headers, chunks });
      };
      get(program.url + path, { agent: false }, listen).on('error', reject);
    });
  }

  it('come in chunks, and a message is in one of them whole', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const { headers, chunks } = await openStream(`/api/events/${eventId}/seats/stream`);
    expect(headers['transfer-encoding']).toBe('chunked');
    expect(headers['content-type']).toMatch(/^text\/event-stream/);
    await eventually(() => named(chunks, 'INIT').length > 0, true);
    for (const [index, seatId] of seatIds.entries()) {
      bodyOf(await orders.hold(anyone, eventId, seatId), 201);
      await eventually(() => named(chunks, 'SEAT_UPDATE').length, index + 1);
    }
    for (const chunk of chunks) expect(chunk).toMatch(/^[^\n].*\n\n$/s);
  });

  it('of the orders edition have no blank behind a colon', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { chunks } = await openStream(`/api/events/${eventId}/seats/stream`);
    await eventually(() => named(chunks, 'INIT').length > 0, true);
    bodyOf(await orders.hold(anyone, eventId, seatIds[0] as number), 201);
    await eventually(() => named(chunks, 'SEAT_UPDATE').length, 1);
    expect(named(chunks, 'INIT')[0]).toMatch(
      /^id:\d+\nevent:INIT\ndata:\{"eventId":\d+,"version":\d+,"reset":false\}\n\n$/,
    );
    expect(named(chunks, 'SEAT_UPDATE')[0]).toMatch(
      /^id:\d+\nevent:SEAT_UPDATE\ndata:\{"seatId":\d+,"status":"HELD","version":\d+\}\n\n$/,
    );
  });

  it('a stream that the server ends ends with the last chunk', async () => {
    const option = await anyone.post('/api/concerts/setup', {
      title: 'Bytes',
      artistName: 'A',
      agencyName: 'B',
      concertDate: '2027-03-01T18:00:00',
      seatCount: 1,
    });
    const optionId = /OptionID=(\d+)/.exec(option.text)?.[1];
    const [seat] = bodyOf(await anyone.get<{ id: number }[]>(`/api/concerts/options/${optionId}/seats`));
    const asked = { userId: 7, seatId: (seat as { id: number }).id };
    bodyOf(await anyone.post('/api/reservations/v5-opt/queue-sse', asked), 202);
    const told = await anyone.get(`/api/reservations/v5/subscribe?userId=7&seatId=${asked.seatId}`);
    expect(told.text).toMatch(/^event:INIT\n.*event:RESERVATION_STATUS\ndata:SUCCESS\n\n$/s);
  });

  it('who speaks HTTP/1.0 gets the bare bytes', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const socket: Socket = connect(Number(new URL(program.url).port), '127.0.0.1');
    open.push(socket);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.write(`GET /api/events/${eventId}/seats/stream HTTP/1.0\r\nHost: x\r\n\r\n`);
    await eventually(
      () => text,
      (seen) => seen.includes('event:INIT'),
    );
    const [head, body] = text.split('\r\n\r\n') as [string, string];
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(body).toMatch(/^id:\d+\nevent:INIT\n/);
  });

  it('a WebSocket’s error is a frame like the others of v2', async () => {
    const socket = new WebSocket(`${program.url.replace('http', 'ws')}/api/v2/ws/user/ann?user_id=ann`);
    open.push({ destroy: () => socket.terminate() });
    const frames: Record<string, unknown>[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(String(data))));
    await eventually(() => frames.length, 1);
    socket.send('{not JSON');
    await eventually(() => socket.readyState, WebSocket.CLOSED);
    expect(frames.at(-1)).toEqual({
      type: 'error',
      request_id: null,
      timestamp: expect.any(String),
      data: { message: 'a message must be JSON text' },
      message: 'a message must be JSON text',
    });
  });
});
