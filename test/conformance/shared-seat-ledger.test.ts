import { afterAll } from 'vitest';
import { stopServers } from '../backends/on-servers.ts';
import { presentLedgers } from '../backends/registry.ts';
import { sharedSeatLedgerConformance } from './shared-seat-ledger.ts';

afterAll(stopServers);
sharedSeatLedgerConformance(presentLedgers());
