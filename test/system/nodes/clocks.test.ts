import { afterAll, beforeAll, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { hold, openSale, secondsOf, statusOfSeat, tryHold } from '../sale.ts';
import { onSaleEverywhere, selling } from './selling.ts';
import { describeOnNodes, type Site, type SiteNode, startSite, toRedis, twoOf } from './site.ts';

afterAll(stopServers);

const HOUR_MILLIS = 3_600_000;
/** Runs before the program, and makes all of its clocks wrong by so much. */
const wrongBy = (millis: number) => {
  const text = `
    const { now } = Date; const Right = Date; const off = ${millis};
    Date.now = () => now() + off;
    globalThis.Date = class Date extends Right {
      constructor(...given) { if (given.length === 0) super(now() + off); else super(...given); }
    };
    const origin = performance.timeOrigin;
    Object.defineProperty(performance, 'timeOrigin', { value: origin + off });
  `;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(text)}` };
};

describeOnNodes('postgres')('nodes whose clocks are two hours apart', () => {
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    redis = await redisServer();
    const envOf = (node: number) => wrongBy(node === 0 ? HOUR_MILLIS : -HOUR_MILLIS);
    site = await startSite({ redis: toRedis(redis.address), env: { LOG_LEVEL: 'info' }, envOf });
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
  });

  it('are wrong, as their logs show', async () => {
    await clientOf(site.door).get('/api/v1/events');
    await clientOf(site.door).get('/api/v1/events');
    const loggedAt = ({ program }: SiteNode) =>
      Date.parse(/"time":"([^"]+)"/.exec(program.output())?.[1] ?? '');
    const hoursOff = () => twoOf(site).map((node) => Math.round((loggedAt(node) - Date.now()) / HOUR_MILLIS));
    await eventually(() => hoursOff().join(), '1,-1');
  });

  it.each(['atomic', 'optimistic'] as const)('agree when a hold ends, claims being %s', async (strategy) => {
    const [first, second] = twoOf(site);
    const hall = { rows: 1, seatsInRow: 4, event: { claim_strategy: strategy, hold_seconds: 8 } };
    const { eventId, seatIds } = await openSale(organiserOf(first), hall);
    await onSaleEverywhere(site, eventId);
    const [atFirst, atSecond] = [first, second].map((node) => clientOf(node)) as [
      ReturnType<typeof clientOf>,
      ReturnType<typeof clientOf>,
    ];
    const [one, other] = seatIds as [number, number];
    const ends = [
      (await hold(atFirst, 'ann', eventId, [one])).expires_at,
      (await hold(atSecond, 'bob', eventId, [other])).expires_at,
    ];
    // Eight seconds from now, as Redis has it, whose clock is this machine's, and not an hour off.
    for (const end of ends) expect(Math.abs(secondsOf(end) - Date.now() / 1_000)).toBeLessThan(60);
    expect((await tryHold(atSecond, 'cid', eventId, [one])).status).toBe(409);
    expect((await tryHold(atFirst, 'cid', eventId, [other])).status).toBe(409);
    await eventually(() => statusOfSeat(atSecond, one), 'AVAILABLE');
    await eventually(() => statusOfSeat(atFirst, other), 'AVAILABLE');
  });

  it('sell to a crowd: nothing is lost, nothing is sold twice', async () => {
    const sale = await selling(site);
    await sale.acknowledged(150);
    expect(await sale.judged()).toEqual([]);
  });
});
