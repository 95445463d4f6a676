import { writeFile } from 'node:fs/promises';
import type { HistoryRecord } from '../history/record.ts';
import { prepareOutputs } from '../output-files.ts';
import type { CrowdResult } from './crowd/crowd.ts';
import { checkOptions, type RushOptions, RushRefused } from './options.ts';
import { type Office, openOffice } from './organiser.ts';
import { play } from './play.ts';
import { proveByClients, proveByServer, readBookings } from './proof.ts';
import { renderPage } from './report/page.ts';
import { assembleReport } from './result/assemble.ts';
import { readCompared } from './result/comparison.ts';
import type { RushReport } from './result/result.ts';
import { settleOpenBookings } from './settle.ts';
import { openWire, type Wire } from './wire.ts';

const OFFICE_CONNECTIONS = 16;

/**
 * Sends a crowd to a running server, then proves from both sides that no seat was sold twice. Writes the page and the
 * JSON when `options` names them. Throws RushRefused when it cannot begin; a bad outcome is a report, not an error.
 */
export async function runRush(options: RushOptions): Promise<RushReport> {
  checkOptions(options);
  const trouble = prepareOutputs([options.json, options.report]);
  if (trouble !== undefined) throw new RushRefused(trouble);
  const others = await readCompared(options.compare ?? []);
  const startedAt = new Date();
  const run = startedAt.getTime().toString(36);
  const wire = openWire(options.url, { connections: OFFICE_CONNECTIONS });
  try {
    const office = openOffice(wire, options);
    const label = options.label ?? labelOf(await office.backEnds());
    const sale = await office.openSale();
    const { eventId } = sale;
    const bookedBefore = await bookedSeats(office, eventId);
    const played = await play({ options, run, wire, office, sale });
    const history = await settle(wire, run, played.crowds);
    const [event, seats, bookings] = await Promise.all([
      office.event(eventId),
      office.seats(eventId),
      readBookings(wire, history),
    ]);
    const report = await assembleReport({
      ...played,
      options,
      label,
      others,
      startedAt,
      sale,
      history,
      proof: {
        clients: proveByClients(history),
        server: proveByServer(history, { event, seats, bookedBefore, bookings }),
      },
    });
    await write(options, report);
    return report;
  } finally {
    await wire.destroy();
  }
}

/** With nothing but a ledger, everything else is in the process. */
function labelOf(backEnds: readonly string[]): string {
  return backEnds.length <= 1 ? 'one process' : backEnds.join(' + ');
}

async function settle(wire: Wire, run: string, crowds: readonly CrowdResult[]): Promise<HistoryRecord[]> {
  const history = crowds.flatMap((crowd) => crowd.history);
  return [...history, ...(await settleOpenBookings(wire, run, history))];
}

async function bookedSeats(office: Office, eventId: number): Promise<ReadonlySet<number>> {
  const seats = await office.seats(eventId);
  return new Set(seats.filter((seat) => seat.status === 'BOOKED').map((seat) => seat.seat_id));
}

async function write(options: RushOptions, report: RushReport): Promise<void> {
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.report !== undefined) await writeFile(options.report, renderPage(report));
}
