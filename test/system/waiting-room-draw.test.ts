import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemDigest } from '../../src/adapters/system/digest.ts';
import type { DrawReceipt } from '../../src/contract/draw.ts';
import { drawFault } from '../../src/contract/draw-check.ts';
import type { LineFrame, ProofView } from '../../src/contract/waiting-room.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, MAIN } from './program.ts';
import { tryHold } from './sale.ts';
import { sharedProgram } from './shared-program.ts';
import { called, enter, gatedSale, join, openRoom, roomOf, standing, tryEnter } from './waiting-line.ts';

const { anyone, organiser, program, restart } = sharedProgram();
const proofOf = async (eventId: number) => bodyOf(await anyone.get<ProofView>(`${roomOf(eventId)}/proof`));
const receiptOf = async (userId: string, eventId: number) =>
  bodyOf(await anyone.as(userId).get<DrawReceipt>(`${roomOf(eventId)}/receipt`));
const crowd = (count: number) => Array.from({ length: count }, (_, at) => `early ${at}`);

describe('the draw', () => {
  it('is committed to before anybody comes, and every entrant can recompute his place', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0 });
    const before = await proofOf(eventId);
    expect(before).toMatchObject({ entrants: 0, secret: null, merkle_root: null, beacon: null });
    const early = crowd(70);
    for (const userId of early) {
      expect(await join(anyone, userId, eventId)).toMatchObject({ status: 'BEFORE_OPENING', place: null });
    }
    const ahead = await receiptOf('early 3', eventId);
    expect(ahead).toMatchObject({ index: 3, place: null, path: [] });
    bodyOf(await openRoom(organiser, eventId));
    const proof = await proofOf(eventId);
    expect(proof).toMatchObject({ commitment: before.commitment, entrants: 70 });
    const places = new Set<number>();
    for (const userId of early) {
      const receipt = await receiptOf(userId, eventId);
      expect(
        await drawFault(proof, receipt, systemDigest(), { commitment: before.commitment, userId }),
      ).toBeUndefined();
      expect(await standing(anyone, userId, eventId)).toMatchObject({
        place: receipt.place,
        ahead: receipt.place - 1,
      });
      places.add(receipt.place);
    }
    expect([...places].sort((a, b) => a - b)).toEqual(early.map((_, at) => at + 1));
    expect((await receiptOf('early 3', eventId)).leaf).toBe(ahead.leaf);
    await join(anyone, 'late', eventId);
    expectRefusal(await anyone.as('late').get(`${roomOf(eventId)}/receipt`), {
      status: 404,
      code: 'NOT_IN_DRAW',
    });
  });

  it('waits for the beacon that was announced, and mixes it in', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0, beacon_source: 'drand round 77' });
    for (const userId of crowd(5)) await join(anyone, userId, eventId);
    expect(bodyOf(await openRoom(organiser, eventId))).toMatchObject({ phase: 'opening' });
    expect(await join(anyone, 'between', eventId)).toMatchObject({ status: 'BEFORE_OPENING' });
    expect(await proofOf(eventId)).toMatchObject({ entrants: 5, secret: null });
    expect(bodyOf(await openRoom(organiser, eventId, 'ab12'))).toMatchObject({ phase: 'open' });
    const proof = await proofOf(eventId);
    expect(proof).toMatchObject({ beacon: 'ab12', beacon_source: 'drand round 77', entrants: 5 });
    const receipt = await receiptOf('early 2', eventId);
    expect(await drawFault(proof, receipt, systemDigest())).toBeUndefined();
    expect(await standing(anyone, 'between', eventId)).toMatchObject({ place: 6 });
  });

  it('takes no beacon that was not announced: whoever may choose one could choose the order', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0 });
    await join(anyone, 'early', eventId);
    const refused = await openRoom(organiser, eventId, 'ab12');
    expect(refused).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
    expect(await proofOf(eventId)).toMatchObject({ secret: null });
    await openRoom(organiser, eventId);
    expect(await proofOf(eventId)).toMatchObject({ beacon: null, beacon_source: null });
  });

  it('opens by itself at its time', async () => {
    const opens_at = new Date(Date.now() + 5_000).toISOString();
    const { eventId } = await gatedSale(organiser, 5, { opens_at });
    expect(await join(anyone, 'punctual', eventId)).toMatchObject({ status: 'BEFORE_OPENING' });
    await called(anyone, 'punctual', eventId);
  });
});

describe('onrush verify-shuffle', () => {
  const verify = (...given: string[]) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn(process.execPath, [MAIN, 'verify-shuffle', ...given]);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
      child.on('close', (code) => resolve({ code, output }));
    });

  it('finds an honest draw right, and a forged receipt or another commitment wrong', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0 });
    const { commitment } = await proofOf(eventId);
    for (const userId of crowd(9)) await join(anyone, userId, eventId);
    await openRoom(organiser, eventId);
    const { place } = await receiptOf('early 4', eventId);
    const proof = `${program.url}${roomOf(eventId)}/proof`;
    const receipt = `${program.url}${roomOf(eventId)}/receipt`;
    const honest = await verify(proof, receipt, '--user', 'early 4', '--commitment', commitment);
    expect(honest).toEqual({
      code: 0,
      output: `right: early 4 has place ${place} of 9 (lane normal), as follows from the proof\n`,
    });
    const changed = await verify(proof, receipt, '--user', 'early 4', '--commitment', 'ff');
    expect(changed).toEqual({ code: 1, output: 'wrong: commitment does not fit the secret\n' });
    const foreign = pathOf(freshFolder(), 'receipt.json');
    writeFileSync(foreign, JSON.stringify(await receiptOf('early 5', eventId)));
    expect(await verify(proof, foreign, '--user', 'early 4')).toEqual({
      code: 1,
      output: 'wrong: entrant is somebody else\n',
    });
    expect(await verify(proof, proof)).toMatchObject({ code: 1 });
    expect(await verify(proof, receipt)).toMatchObject({ code: 1, output: `${receipt} answers 401\n` });
  });
});

describe('a restart', () => {
  it('keeps phase, places, calls, sessions, the draw and its receipts', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 3, { active_max: 2 });
    for (const userId of crowd(40)) await join(anyone, userId, eventId);
    await openRoom(organiser, eventId);
    const places = await Promise.all(
      crowd(40).map(async (userId) => (await standing(anyone, userId, eventId)).place),
    );
    const order = crowd(40).sort(
      (a, b) => (places[crowd(40).indexOf(a)] ?? 0) - (places[crowd(40).indexOf(b)] ?? 0),
    );
    const [inside, ready, next] = order as [string, string, string];
    const session = await enter(anyone, inside, eventId);
    const token = await called(anyone, ready, eventId);
    bodyOf(await organiser.post(`${roomOf(eventId)}/broadcast`, { message: { en: 'Soon', ko: '곧' } }), 204);
    await anyone.as('early 7').post(`${roomOf(eventId)}/leave`);
    const before = { proof: await proofOf(eventId), receipt: await receiptOf(next, eventId) };
    await restart();
    expect({ proof: await proofOf(eventId), receipt: await receiptOf(next, eventId) }).toEqual(before);
    for (const [at, userId] of crowd(40).entries()) {
      if (userId === 'early 7' || userId === inside) continue;
      expect(await standing(anyone, userId, eventId)).toMatchObject({ place: places[at] });
    }
    expect(await standing(anyone, next, eventId)).toMatchObject({ message: { en: 'Soon', ko: '곧' } });
    if (inside !== 'early 7')
      bodyOf(await tryHold(anyone, inside, eventId, seatIds.slice(0, 1), session), 201);
    if (ready !== 'early 7') bodyOf(await tryEnter(anyone, ready, eventId, token), 201);
  });
});

describe('those who watch', () => {
  it('hear over SSE how they stand, how far the line is, and that they are called', async () => {
    const { eventId } = await gatedSale(organiser, 9, { active_max: 0 });
    await openRoom(organiser, eventId);
    await join(anyone, 'ahead', eventId);
    await join(anyone, 'watcher', eventId);
    const stream = await fetch(`${program.url}${roomOf(eventId)}/events?user_id=watcher`);
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    let heard = '';
    const read = (async () => {
      for await (const bytes of stream.body as unknown as AsyncIterable<Uint8Array>)
        heard += Buffer.from(bytes);
    })().catch(() => undefined);
    await eventually(
      () => heard,
      (text) => /event: INIT\ndata: \{"type":"INIT","status":"WAITING"/.test(text),
    );
    bodyOf(
      await organiser.post(`${roomOf(eventId)}/broadcast`, { message: { en: 'Hello', ko: '안녕' } }),
      204,
    );
    await eventually(
      () => heard,
      (text) => /event: SERVING\ndata: .*"serving":0.*"en":"Hello"/.test(text),
    );
    bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { admission: { active_max: 5 } }));
    await eventually(
      () => heard,
      (text) => /event: ACTIVE\ndata: .*"entry_token":"[\w.-]+"/.test(text),
    );
    await eventually(
      () => heard,
      (text) => /event: SERVING\ndata: .*"serving":2/.test(text),
    );
    const [, token] = /"entry_token":"([\w.-]+)"/.exec(heard) as unknown as [string, string];
    bodyOf(await tryEnter(anyone, 'watcher', eventId, token), 201);
    await eventually(
      () => heard,
      (text) => text.includes('event: KEEPALIVE'),
    );
    await stream.body?.cancel().catch(() => undefined);
    void read;
  });

  it('hear the same over a WebSocket', async () => {
    const { eventId } = await gatedSale(organiser, 9);
    await join(anyone, 'socket', eventId);
    const path = `/api/v1/ws/events/${eventId}/waiting-room?user_id=socket`;
    const socket = new WebSocket(program.url.replace('http', 'ws') + path);
    const frames: LineFrame[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(String(data)) as LineFrame));
    await eventually(() => frames[0]?.type, 'INIT');
    expect(frames[0]).toMatchObject({ status: 'BEFORE_OPENING', place: null });
    await openRoom(organiser, eventId);
    await eventually(
      () => frames.map(({ type }) => type),
      (types) => types.includes('ACTIVE'),
    );
    socket.close();
  });

  it('are refused without a place, and without a name', async () => {
    const { eventId } = await gatedSale(organiser, 1);
    const path = `${roomOf(eventId)}/events`;
    expectRefusal(await anyone.as('stranger').get(path), { status: 404, code: 'NOT_IN_LINE' });
    expectRefusal(await anyone.get(path), { status: 401, code: 'IDENTITY_REQUIRED' });
  });
});

describe('the page of the room', () => {
  it('works without script, in English and Korean, and looks again by itself', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0 });
    await openRoom(organiser, eventId);
    await join(anyone, 'reader', eventId);
    await organiser.post(`${roomOf(eventId)}/broadcast`, { message: { en: '<b>Soon</b>', ko: '곧' } });
    const html = await anyone.get<string>(roomOf(eventId), { accept: 'text/html', 'accept-language': 'ko' });
    expect(html.status).toBe(200);
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(Number(html.headers.refresh)).toBeGreaterThan(0);
    expect(html.headers['cache-control']).toBe('public, max-age=1');
    expect(html.text).toContain('<html lang="ko">');
    expect(html.text).toContain('입장이 진행 중입니다.');
    expect(html.text).toContain('People are being let in.');
    expect(html.text).toContain('&lt;b&gt;Soon&lt;/b&gt;');
    expect(html.text).not.toMatch(/<script|<b>/);
  });

  /** What a browser without script sends from the page. */
  const submit = (eventId: number, fields: Record<string, string>, cookie = '') =>
    fetch(`${program.url}${roomOf(eventId)}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      headers: { cookie, accept: 'text/html' },
    });

  it('knows a browser again by its cookie, and only for its own room', async () => {
    const [{ eventId }, other] = [await gatedSale(organiser, 1), await gatedSale(organiser, 1)];
    for (const id of [eventId, other.eventId]) await openRoom(organiser, id);
    const joined = await submit(eventId, { act: 'join', user_id: 'paper' });
    expect([joined.status, joined.headers.get('location')]).toEqual([303, roomOf(eventId)]);
    const [cookie = ''] = (joined.headers.get('set-cookie') ?? '').split(';');
    expect(joined.headers.get('set-cookie')).toMatch(/; Path=\S+\/waiting-room; .*HttpOnly; SameSite=Lax/);
    const token = await called(anyone, 'paper', eventId);
    const page = await anyone.get<string>(roomOf(eventId), { accept: 'text/html', cookie });
    expect(page.headers['cache-control']).toBe('private, no-store');
    expect(page.text).toContain('It is your turn.');
    expect((await submit(other.eventId, { act: 'enter', entry_token: token }, cookie)).status).toBe(401);
    const late = await submit(eventId, { act: 'enter', entry_token: 'forged' }, cookie);
    expect([late.status, late.headers.get('location')]).toEqual([303, roomOf(eventId)]);
    const entered = await submit(eventId, { act: 'enter', entry_token: token }, cookie);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, `/events/${eventId}`]);
    expect(entered.headers.getSetCookie().map((line) => line.split('=')[0])).toContain('sale_session');
  });

  it('takes nothing from a form that it did not make', async () => {
    const { eventId } = await gatedSale(organiser, 1);
    const refused = async (fields: Record<string, string>) => (await submit(eventId, fields)).status;
    expect(await refused({ act: 'join' })).toBe(401);
    expect(await refused({ act: 'join', user_id: ' ' })).toBe(400);
    expect(await refused({ act: 'join', user_id: 'an\0n' })).toBe(422);
    expect(await refused({ act: 'join', user_id: 'x'.repeat(9_000) })).toBe(413);
    expect(await refused({ act: 'leave', user_id: 'ann' })).toBe(422);
    expect(await refused({ act: 'join', user_id: 'ann', lane: 'high' })).toBe(422);
  });

  it('says to the reader that the line is full', async () => {
    const { eventId } = await gatedSale(organiser, 1, { queue_max: 1 });
    await join(anyone, 'only', eventId);
    const full = await submit(eventId, { act: 'join', user_id: 'too many' });
    expect(await full.text()).toContain('The line is full.');
  });

  it('is JSON for programs', async () => {
    const { eventId } = await gatedSale(organiser, 1);
    const summary = bodyOf(await anyone.get<object>(roomOf(eventId)));
    expect(summary).toMatchObject({ phase: 'before', serving: 0, waiting: 0, opens_at: null, message: null });
  });
});
