import { presentShared } from '../backends/registry.ts';
import { claimNewsConformance } from './claim-news.ts';
import { leasesConformance } from './leases.ts';
import { liveMapsConformance } from './live-maps.ts';
import { locksConformance } from './locks.ts';
import { mapBoardConformance } from './map-board.ts';
import { requestNewsConformance } from './request-news.ts';
import { seriesLinesOfNodes } from './series-line-store.ts';
import { spendingNewsConformance } from './spending-news.ts';
import { streamTicketStoreConformance } from './stream-ticket-store.ts';

/** The suites of what several nodes share, on every back end that is here. */
const all = presentShared();

locksConformance(all);
claimNewsConformance(all);
leasesConformance(all);
mapBoardConformance(all);
liveMapsConformance(all);
requestNewsConformance(all);
seriesLinesOfNodes(all);
spendingNewsConformance(all);
streamTicketStoreConformance(all);
