import { it } from 'vitest';
import { presentShared } from '../backends/registry.ts';
import type { Shared } from '../backends/shared.ts';
import { buyerNewsConformance } from './buyer-news.ts';
import { claimNewsConformance } from './claim-news.ts';
import { leasesConformance } from './leases.ts';
import { liveMapsConformance } from './live-maps.ts';
import { locksConformance } from './locks.ts';
import { mapBoardConformance } from './map-board.ts';
import { requestNewsConformance } from './request-news.ts';
import { seriesLinesOfNodes } from './series-line-store.ts';
import { spendingNewsConformance } from './spending-news.ts';
import { streamTicketStoreConformance } from './stream-ticket-store.ts';

/** The back ends whose suites have a test file of their own, so that files run side by side. */
const APART = ['redis', 'redis-cluster', 'redis-sentinel'] as const;

/** The suites of what several nodes share, on this back end, if it is here. */
export function portsOfNodesOn(name: (typeof APART)[number]): void {
  const all = presentShared().filter((shared) => shared.name === name);
  if (all.length === 0) it.skip(`what nodes share on ${name}: absent`, () => undefined);
  portsOfNodes(all);
}

/** And on all others. */
export function portsOfNodesOnTheRest(): void {
  portsOfNodes(presentShared().filter(({ name }) => !(APART as readonly string[]).includes(name)));
}

function portsOfNodes(all: readonly Shared[]): void {
  locksConformance(all);
  buyerNewsConformance(all);
  claimNewsConformance(all);
  leasesConformance(all);
  mapBoardConformance(all);
  liveMapsConformance(all);
  requestNewsConformance(all);
  seriesLinesOfNodes(all);
  spendingNewsConformance(all);
  streamTicketStoreConformance(all);
}
