import type { CommandRecord } from '../../core/command.ts';
import type { RequestLedger } from '../../request-queue/ports/request-ledger.ts';
import type { SeatRequest } from '../../request-queue/request.ts';

/** Requests that arrive in one turn are written by one call: of what a crowd costs, the calls were a good part. */
export class Arrivals {
  readonly #ledger: Pick<RequestLedger, 'append'>;
  #requests: SeatRequest[] = [];
  #records: CommandRecord[] = [];
  #written: Promise<void> | undefined;

  constructor(ledger: Pick<RequestLedger, 'append'>) {
    this.#ledger = ledger;
  }

  /** Resolves when the request, and the answer to it, are on disk; for all callers in the order of their calls. */
  add(request: SeatRequest, record: CommandRecord | undefined): Promise<void> {
    this.#requests.push(request);
    if (record) this.#records.push(record);
    this.#written ??= this.#write();
    return this.#written;
  }

  async #write(): Promise<void> {
    await undefined;
    const requests = this.#requests;
    const records = this.#records;
    this.#requests = [];
    this.#records = [];
    this.#written = undefined;
    await this.#ledger.append(requests, { records });
  }
}
