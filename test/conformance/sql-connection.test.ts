import { afterAll } from 'vitest';
import { stopServers } from '../backends/on-servers.ts';
import { presentLedgers } from '../backends/registry.ts';
import { sqlConnectionConformance } from './sql-connection.ts';

afterAll(stopServers);
sqlConnectionConformance(presentLedgers());
