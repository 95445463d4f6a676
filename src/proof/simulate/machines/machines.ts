import type { Millis } from '../../../core/clock.ts';
import type { World } from '../world.ts';
import { type Running, SimulatedMachine } from './machine.ts';

/** All computers the program runs on: one, or the nodes that share a Redis. */
export class Machines {
  readonly all: readonly SimulatedMachine[];
  #kills = 0;

  constructor(world: World) {
    const count = world.plan.nodes ?? 1;
    this.all = Array.from(
      { length: count },
      (_, index) => new SimulatedMachine(world, count === 1 ? 'machine' : `machine ${index}`),
    );
  }

  /** One that runs, the same as long as it does; undefined while all are down or starting. */
  get running(): Running | undefined {
    return this.all.find(({ running }) => running)?.running;
  }

  get areAllRunning(): boolean {
    return this.all.every(({ running, isFrozen }) => running && !isFrozen);
  }

  /** Where a client's next request goes: a balancer that knows nothing sends it anywhere. */
  runningAt(nth: number): Running | undefined {
    return this.all[nth % this.all.length]?.running ?? this.running;
  }

  start(): void {
    for (const machine of this.all) machine.start(0);
  }

  /** One after the other has its turn. */
  kill(death: { downMillis: Millis; wallError: Millis }): void {
    this.all[this.#kills++ % this.all.length]?.kill(death);
  }

  /** Whose process this is. */
  of(owner: unknown): SimulatedMachine | undefined {
    return this.all.find((machine) => machine.isOf(owner));
  }

  killAllBut(owner: unknown, death: { downMillis: Millis; wallError: Millis }): void {
    for (const machine of this.all) if (!machine.isOf(owner)) machine.kill(death);
  }

  killAll(death: { downMillis: Millis; wallError: Millis }): void {
    for (const machine of this.all) machine.kill(death);
  }
}
