/** Upper bounds of the duration buckets, in milliseconds; what is slower falls into +Inf. */
const BUCKETS_MILLIS = [1, 2.5, 5, 10, 25, 50, 100, 200, 300, 500, 1_000, 2_500, 10_000] as const;
const BUCKETS = BUCKETS_MILLIS.length + 1;
/** 1xx to 5xx. */
const CLASSES = 5;

/** Counts the answers of one route: additions into typed arrays, turned into Prometheus samples only when scraped. */
export class RequestMeter {
  readonly method: string;
  readonly route: string;
  readonly hot: boolean;
  /** One row of buckets per status class. Doubles count exactly to 2^53. */
  readonly #counts = new Float64Array(CLASSES * BUCKETS);
  readonly #millis = new Float64Array(CLASSES);

  constructor(method: string, route: string, hot: boolean) {
    this.method = method;
    this.route = route;
    this.hot = hot;
  }

  count(status: number, millis: number): void {
    const statusClass = Math.floor(status / 100) - 1;
    let bucket = 0;
    while (bucket < BUCKETS - 1 && millis > (BUCKETS_MILLIS[bucket] as number)) bucket++;
    const cell = statusClass * BUCKETS + bucket;
    this.#counts[cell] = (this.#counts[cell] as number) + 1;
    this.#millis[statusClass] = (this.#millis[statusClass] as number) + millis;
  }

  /** The samples of a Prometheus histogram, in seconds, one series per status class that occurred. */
  samples(name: string): Sample[] {
    const samples: Sample[] = [];
    for (let statusClass = 0; statusClass < CLASSES; statusClass++) {
      const row = this.#counts.subarray(statusClass * BUCKETS, (statusClass + 1) * BUCKETS);
      // First of all: most routes were never asked, and a scrape holds everybody else up.
      if (row.every((count) => count === 0)) continue;
      const { method, route } = this;
      const status = `${statusClass + 1}xx`;
      const labels = { method, route, status };
      let total = 0;
      const buckets = Array.from(row, (count, bucket) => {
        total += count;
        const bound = BUCKETS_MILLIS[bucket];
        return {
          metricName: `${name}_bucket`,
          value: total,
          labels: { method, route, status, le: bound ? bound / 1_000 : '+Inf' },
        };
      });
      samples.push(
        ...buckets,
        { metricName: `${name}_sum`, value: (this.#millis[statusClass] as number) / 1_000, labels },
        { metricName: `${name}_count`, value: total, labels },
      );
    }
    return samples;
  }
}

export interface Sample {
  metricName: string;
  value: number;
  labels: Record<string, string | number>;
}
