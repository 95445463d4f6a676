import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import type { EventView } from '../../src/contract/event.ts';
import { audited } from './audited.ts';
import { type Answer, bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { openMapSocket } from './map-stream.ts';
import { failedStart, freshFolder, MAIN, startProgram } from './program.ts';
import { book, buy, createEvent, openSale, statusOfSeat, tryHold, tryPay } from './sale.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});
function folder(): string {
  const path = freshFolder();
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A folder with one sale in it, its program stopped. */
async function keptSale(): Promise<{ dataDir: string; eventId: number; seatIds: readonly number[] }> {
  const dataDir = folder();
  const program = await startProgram({ dataDir });
  const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 5, seatsInRow: 20 });
  await buy(clientOf(program), 'ann', eventId, seatIds.slice(0, 2));
  await program.stop();
  return { dataDir, eventId, seatIds };
}

/** One sentence for the operator, not a stack trace. */
function expectSentence(output: string): void {
  expect(output).not.toMatch(/^\s+at .+:\d+:\d+/m);
  expect(output.trim().split('\n').length).toBeLessThanOrEqual(2);
}

describe('a second process on the same folder', () => {
  it('does not start, and says which process has it', async () => {
    const dataDir = folder();
    const first = await startProgram({ dataDir });
    const { code, output } = await failedStart({ dataDir });
    expect(code).not.toBe(0);
    expect(output).toContain(String(first.pid));
    expectSentence(output);
    expect((await clientOf(first).get('/health')).status).toBe(200);
    await first.kill();
    // A lock that is left behind by a killed process is no lock.
    await (await startProgram({ dataDir })).stop();
  });
});

describe.each(['migrate', 'seed'])('%s', (command) => {
  it('beside the program that has its folder changes nothing, and says what to stop; then it works', async () => {
    const dataDir = folder();
    const program = await startProgram({ dataDir });
    const run = () =>
      spawnSync(process.execPath, [MAIN, command], {
        env: { PATH: process.env.PATH, DATA_DIR: dataDir },
        encoding: 'utf8',
        timeout: 60_000,
      });
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain(`is in use by process ${program.pid}: stop that process`);
    expectSentence(stderr);
    expect((await clientOf(program).get('/health')).status).toBe(200);
    await program.stop();
    expect(run().status).toBe(0);
  });
});

describe('a damaged data file', () => {
  const damage: [string, (file: string) => void][] = [
    ['at its head', (file) => overwrite(file, 0)],
    ['in its middle', (file) => overwrite(file, Math.floor(statSync(file).size / 2 / 4096) * 4096)],
    ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 10_000))],
    [
      'replaced by text',
      (file) => writeFileSync(file, 'this is no database, and has never been one\n'.repeat(200)),
    ],
  ];
  it.each(damage)('%s is refused with the remedy, and left as it is', async (_, spoil) => {
    const { dataDir } = await keptSale();
    const file = join(dataDir, 'onrush.db');
    spoil(file);
    const spoilt = readFileSync(file);
    const { code, output } = await failedStart({ dataDir });
    expect(code).not.toBe(0);
    expect(output).toMatch(/data file is damaged/);
    expect(output).toMatch(/restore DATA_DIR from a backup/);
    expectSentence(output);
    expect(readFileSync(file).equals(spoilt)).toBe(true);
  });

  function overwrite(file: string, at: number): void {
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, at);
    closeSync(handle);
  }
});

describe('data of a newer program', () => {
  it('is refused with both versions', async () => {
    const { dataDir } = await keptSale();
    const database = new Database(join(dataDir, 'onrush.db'));
    database.exec('INSERT INTO schema_version (version) VALUES (999)');
    database.close();
    const { code, output } = await failedStart({ dataDir });
    expect(code).not.toBe(0);
    expect(output).toMatch(/version 999, newer than this program/);
    expectSentence(output);
  });
});

describe('a bad configuration', () => {
  it('ends with all its errors at once', async () => {
    const { code, output } = await failedStart({
      env: {
        PORT: 'eighty',
        AUTH_MODE: 'magic',
        RESERVATION_TIMEOUT_SECONDS: '-5',
        MAX_SEAT_PER_BOOKING: '3',
        REDIS_URL: 'http://cache.example',
      },
    });
    expect(code).not.toBe(0);
    for (const named of ['PORT', 'AUTH_MODE', 'RESERVATION_TIMEOUT_SECONDS', 'REDIS_URL'])
      expect(output).toContain(named);
    expect(output).toMatch(/MAX_SEAT_PER_BOOKING.*did you mean MAX_SEATS_PER_BOOKING/);
    expect(output).not.toMatch(/^\s+at .+:\d+:\d+/m);
  });

  it('never shows a secret', async () => {
    const secret = 'canary-short-secret';
    const { output } = await failedStart({ env: { AUTH_MODE: 'jwt', JWT_SECRET: secret } });
    expect(output).toContain('JWT_SECRET');
    expect(output).not.toContain(secret);
  });

  it('a port that is taken is said so', async () => {
    const program = await startProgram();
    const { code, output } = await failedStart({ env: { PORT: new URL(program.url).port } });
    expect(code).not.toBe(0);
    expect(output).toMatch(/in use.*PORT/);
    expectSentence(output);
    await program.stop();
  });
});

describe('SIGTERM', () => {
  it('answers what is under way, tells the streams, and loses nothing', async () => {
    const dataDir = folder();
    const program = await startProgram({ dataDir, env: { PAYMENT_DELAY_MS: '3000' } });
    const anyone = clientOf(program);
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 5 });
    const bookings: BookingView[] = [];
    for (const [index, seat] of seatIds.entries())
      bookings.push(await book(anyone, `buyer-${index}`, eventId, [seat]));
    const stream = await openMapSocket(`${program.url}/api/v1/ws/events/${eventId}/map`);
    const events = await fetch(`${program.url}/api/v1/events/${eventId}/map/events`);
    const answers = bookings.map(({ booking_id }, index) => tryPay(anyone, `buyer-${index}`, booking_id));
    // Long enough for all of them to be under way, and far too short for one to be through.
    await delay(1_000);
    await program.stop();
    for (const answer of await Promise.all(answers)) expect(bodyOf(answer).status).toBe('CONFIRMED');
    expect(stream.endedWith()).toBe(1001);
    // A browser comes back after so many milliseconds, to whoever is there then.
    expect(await events.text()).toMatch(/^retry: \d+\n\n.*event: shutdown\ndata: {}\n\n$/s);
    expect(await audited(dataDir)).toMatchObject({ faults: [], sales: 5, orders: 5 });
    const again = await startProgram({ dataDir });
    for (const seat of seatIds) expect(await statusOfSeat(clientOf(again), seat)).toBe('BOOKED');
    await again.stop();
  });

  it('does not wait for a client that never ends its request', async () => {
    const { connect } = await import('node:net');
    const program = await startProgram();
    const lazy = connect(Number(new URL(program.url).port), '127.0.0.1');
    lazy.on('error', () => undefined);
    lazy.write(
      'POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nContent-Type: application/json\r\n\r\n{',
    );
    await delay(100);
    // Fails where the program does not end by itself.
    await program.stop();
    lazy.destroy();
  });
});

describe('a full disk', () => {
  /** A small disk of its own, or undefined where this user may not mount one. */
  function smallDisk(): string | undefined {
    const path = join(folder(), 'disk');
    mkdirSync(path);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    cleanups.push(() => execFileSync('umount', ['-l', path]));
    return path;
  }

  it('is a definite 503; what was acknowledged stays, and the sale goes on once there is space', async ({
    annotate,
  }) => {
    const dataDir = smallDisk();
    if (!dataDir) {
      await annotate('not run: this user may not mount a tmpfs', 'warning');
      return;
    }
    const env = { RATE_LIMIT_PER_PRINCIPAL: '0' };
    const program = await startProgram({ dataDir, env });
    const anyone = clientOf(program);
    const organiser = organiserOf(program);
    const { eventId, seatIds } = await openSale(organiser, { rows: 10, seatsInRow: 20 });
    const acknowledged = [await buy(anyone, 'early', eventId, seatIds.slice(0, 1))];
    const ballast = join(dataDir, 'ballast');
    fill(ballast);

    const refused: { answer: Answer; seat: number; buyer: string }[] = [];
    for (let index = 1; index < 200 && refused.length < 5; index++) {
      const [buyer, seat] = [`buyer-${index}`, seatIds[index] as number];
      const answer = await tryHold(anyone, buyer, eventId, [seat]);
      if (answer.status === 201) bodyOf(await anyone.as(buyer).get('/api/v1/reservations'));
      else refused.push({ answer, seat, buyer });
    }
    expect(refused).toHaveLength(5);
    for (const { answer } of refused) {
      const body = expectRefusal(answer, { status: 503, code: 'UNAVAILABLE' });
      expect(body.indefinite).toBeUndefined();
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect((await anyone.get('/health')).status).toBeLessThan(600);

    rmSync(ballast);
    for (const { seat, buyer } of refused) {
      expect(await statusOfSeat(anyone, seat)).toBe('AVAILABLE');
      expect(bodyOf(await anyone.as(buyer).get('/api/v1/reservations'))).toEqual([]);
      acknowledged.push(await buy(anyone, buyer, eventId, [seat]));
    }
    await createEvent(organiser);
    await program.stop();
    expect((await audited(dataDir)).faults).toEqual([]);
    const again = await startProgram({ dataDir, env });
    for (const { booking_id, user_id } of acknowledged) {
      const path = `/api/v1/bookings/${booking_id}`;
      expect(bodyOf(await clientOf(again).as(user_id).get<BookingView>(path)).status).toBe('CONFIRMED');
    }
    await again.stop();
  });

  /** Takes all the space that is left. */
  function fill(file: string): void {
    const handle = openSync(file, 'w');
    for (let size = 65_536; size >= 512; size /= 2) {
      try {
        for (;;) writeSync(handle, Buffer.alloc(size, 1));
      } catch {
        // Full for this size; try a smaller one.
      }
    }
    closeSync(handle);
  }
});

describe('a restart', () => {
  it('goes on where it stopped: events, seats, holds, bookings, the organiser’s token', async () => {
    const dataDir = folder();
    const first = await startProgram({ dataDir });
    const { eventId, seatIds } = await openSale(organiserOf(first), { rows: 1, seatsInRow: 5 });
    bodyOf(await tryHold(clientOf(first), 'ann', eventId, seatIds.slice(0, 1)), 201);
    await book(clientOf(first), 'bob', eventId, seatIds.slice(1, 2));
    await buy(clientOf(first), 'cid', eventId, seatIds.slice(2, 3));
    bodyOf(
      await organiserOf(first).post(`/api/v1/events/${eventId}/seats/block`, { seat_ids: [seatIds[3]] }),
    );
    const asked = [
      ['ann', '/api/v1/reservations'],
      ['bob', '/api/v1/bookings'],
      ['cid', '/api/v1/bookings'],
      ['nobody', `/api/v1/events/${eventId}`],
      ['nobody', `/api/v1/events/${eventId}/seats`],
    ] as const;
    const look = (program: typeof first) =>
      Promise.all(asked.map(async ([user, path]) => (await clientOf(program).as(user).get(path)).text));
    const before = await look(first);
    await first.stop();
    expect(statSync(join(dataDir, 'admin-token')).mode & 0o777).toBe(0o600);
    const second = await startProgram({ dataDir });
    expect(await look(second)).toEqual(before);
    expect(second.adminToken).toBe(first.adminToken);
    const next = bodyOf(
      await organiserOf(second).post<EventView>('/api/v1/events', {
        event_name: 'next',
        event_date: '2028-01-01T00:00:00',
        total_seats: 1,
      }),
      201,
    );
    expect(next.event_id).toBeGreaterThan(eventId);
    await second.stop();
  });
});
