import { it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { redisServer } from '../../backends/servers/redis.ts';
import { clientOf, organiserOf } from '../client.ts';
import { openSale } from '../sale.ts';
import { onSaleEverywhere } from './selling.ts';
import { startSite, toRedis, twoOf } from './site.ts';
it('scratch', async () => {
  const redis = await redisServer();
  const site = await startSite({ redis: toRedis(redis.address) });
  try {
    for (let i = 0; i < 120; i++) {
      const { eventId } = await openSale(organiserOf(twoOf(site)[0]), { rows: 2, seatsInRow: 10 });
      await onSaleEverywhere(site, eventId);
      const got = await Promise.all(twoOf(site).map((node) => clientOf(node).get<any>(`/api/v1/events/${eventId}/map`)));
      const bad = got.map((g) => g.status).join();
      if (bad !== '200,200') { console.log(i, eventId, bad); for (const n of site.nodes) console.log(n.program.output().split('\n').filter((l) => /STUCK|OLD/.test(l)).slice(0, 3).join('\n')); break; }
    }
  } finally { await site.stop().catch(() => undefined); await redis.stop(); await stopServers(); }
}, 100_000);
