import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that last longest, each longer than the next. What is not named is quicker. */
const LONGEST = [
  'simulation/nodes',
  'simulation/seeds',
  'simulation/mutants',
  'conformance/nodes-on-cluster',
  'conformance/ports-on-mariadb',
  'conformance/ports-on-postgres',
  'conformance/ports-on-redis',
  'conformance/ports-in-process',
  'system/nodes/roles',
  'conformance/payment-notices',
  'system/nodes/upgrade',
  'conformance/event-bus',
  'system/nodes/kafka',
  'conformance/sql-faults',
  'system/nodes/waiting-room',
  'system/faults',
  'system/nodes/kill-mixed',
  'system/nodes/bad-configuration',
  'conformance/tls',
  'system/nodes/ledger-faults',
  'deploy/report',
  'deploy/image-tree',
  'attacks/routes-on-servers',
  'system/kill-loop',
  'system/kill-mixed',
  'conformance/led-waiting-rooms',
  'system/nodes/queue',
  'system/nodes/two-nodes',
  'conformance/request-delivery',
  'conformance/payment-callbacks',
  'browser/line',
  'browser/sign-in',
  'browser/waiting-room',
].map((name) => `test/${name}.test.ts`);

/** So that no worker begins a long file when the others have nothing left; a clone knows no durations of an earlier run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const named = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return named === -1 ? LONGEST.length : named;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
