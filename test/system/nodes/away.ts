import { expect } from 'vitest';
import { clientOf, expectRefusal, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { eventInput, type OpenSale, tryHold } from '../sale.ts';
import type { SiteNode } from './site.ts';

/** What cannot be had without it: a hold is decided in Redis, and follows into the ledger when that is there again. */
const NEEDS = {
  redis: (node: SiteNode, { eventId, seatIds }: OpenSale) =>
    tryHold(clientOf(node), 'impatient', eventId, seatIds.slice(0, 1)),
  ledger: (node: SiteNode) => organiserOf(node).post('/api/v1/events', eventInput()),
};

/** A back end is gone: every node names it, and refuses what needs it, with a time to come back at. */
export async function expectAway(
  nodes: readonly SiteNode[],
  backEnd: keyof typeof NEEDS,
  sale: OpenSale,
): Promise<void> {
  for (const node of nodes) {
    const health = () => clientOf(node).get<{ detail: Record<string, string> }>('/health');
    const told = await eventually(health, ({ status }) => status === 503);
    expect(told.body.detail).toMatchObject({ [backEnd]: 'down' });
    expect(Number(told.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const refused = await NEEDS[backEnd](node, sale);
    expectRefusal(refused, { status: 503, code: 'UNAVAILABLE' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  }
}

/** It is there again, and nobody had to do anything. */
export async function expectWell(nodes: readonly SiteNode[]): Promise<void> {
  for (const node of nodes) await eventually(async () => (await clientOf(node).get('/health')).status, 200);
}
