import type { Finding } from '../finding.ts';
import type { BenchOptions } from '../options.ts';
import { benchLedRoom } from './led.ts';
import { benchMillion } from './million.ts';

/** Goal 4: a million people in line, in process; on a Redis that is named, in a room that two nodes share. */
export function benchWaitingRoom(options: BenchOptions): Promise<Finding[]> {
  return options.redis === undefined ? benchMillion() : benchLedRoom(options);
}
