import { RequestMeter } from './request-meter.ts';

const REQUEST_SECONDS = 'http_request_duration_seconds';

/** One meter per route, shown to prom-client as one histogram; its own would hash labels on every request. */
export class RequestMeters {
  readonly name = REQUEST_SECONDS;
  readonly #meters: RequestMeter[] = [];

  meter(method: string, route: string, { hot }: { hot: boolean }): RequestMeter {
    const meter = new RequestMeter(method, route, hot);
    this.#meters.push(meter);
    return meter;
  }

  /** What prom-client asks of a metric at a scrape. */
  async get() {
    const help = 'Time from arrival to the answer being ready, by route and class of status';
    const values = this.#meters.flatMap((meter) => meter.samples(REQUEST_SECONDS));
    return { name: REQUEST_SECONDS, help, type: 'histogram', values, aggregator: 'sum' };
  }

  reset(): void {}
}
