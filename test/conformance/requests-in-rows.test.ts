import { afterAll } from 'vitest';
import { stopServers } from '../backends/on-servers.ts';
import { QUEUES_IN_ROWS } from '../backends/queues-in-rows.ts';
import { componentPresent } from '../backends/registry.ts';
import { queueNodesConformance } from './queue-nodes.ts';
import { requestStoreConformance } from './request-store.ts';

/** The queue's suite once more where it is kept in rows, on each ledger that is here. */
const backends = QUEUES_IN_ROWS.filter(({ ledger }) => componentPresent(ledger));
afterAll(stopServers);

requestStoreConformance(backends);
queueNodesConformance(backends);
