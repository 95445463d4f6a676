import { afterAll } from 'vitest';
import { stopServers } from '../backends/on-servers.ts';
import { componentPresent } from '../backends/registry.ts';
import { sqlFaults } from './sql-faults.ts';
import { sqlLedgerLease } from './sql-lease.ts';
import { sqlServerStart } from './sql-start.ts';

/** Database servers that fail, and ledgers that two nodes want. */
const servers = (['postgres', 'mariadb'] as const).filter((name) => componentPresent(name));
afterAll(stopServers);

sqlFaults(servers);
sqlLedgerLease(servers);
sqlServerStart(servers);
