/** The one source of dice. Real twin: adapters/system/random.ts. Simulated twin: adapters/simulated/random.ts. */
export interface Random {
  /** `count` unpredictable bytes as lower-case hex, so two characters a byte. */
  hex(count: number): string;
  /** A whole number in [0, below). */
  below(below: number): number;
}
