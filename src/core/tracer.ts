/** What a step says of itself. Never personal data, never a secret. */
export type StepFacts = Readonly<Record<string, string | number>>;

/**
 * Follows one order through slices, processes and the bus. A place in a trace is written as W3C's `traceparent`. Where
 * nobody looks there is no tracer at all, and nothing is done for one.
 */
export interface Tracer {
  /** Where the present task stands in its trace, for a message or another process; undefined outside of any. */
  here(): string | undefined;
  /** Runs a task as a step of the present trace. Outside of any it is merely run. */
  step<R>(name: string, task: () => Promise<R>, facts?: StepFacts): Promise<R>;
  /** Runs a task as a step of a trace that came from elsewhere; without one, a new trace begins with it. */
  continued<R>(from: string | undefined, name: string, task: () => Promise<R>, facts?: StepFacts): Promise<R>;
  /** Runs a task that is done for several traces at once: a trace of its own, with links to them. */
  forAll<R>(places: readonly string[], name: string, task: () => Promise<R>, facts?: StepFacts): Promise<R>;
}
