import { setTimeout as delay } from 'node:timers/promises';
import type { Dice } from '../../../src/adapters/simulated/dice.ts';
import type { RequestView } from '../../../src/contract/request-queue.ts';
import type { TicketView } from '../../../src/contract/ticket.ts';
import type { RoomStats } from '../../../src/contract/waiting-room.ts';
import { diceOf } from '../../../src/proof/rush/crowd/dice.ts';
import { bodyOf, type Client, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import type { Program } from '../program.ts';
import { openSale } from '../sale.ts';
import { gatedSale, openRoom, roomOf } from '../waiting-line.ts';
import { openCapacity } from '../waitlist-line.ts';
import { Insistent } from './insistent.ts';
import {
  askInQueue,
  buyAndGo,
  type Halls,
  nothingPromised,
  type Promised,
  waitAndEnter,
  waitForSeats,
} from './visits.ts';

/** A program, or several, that can be killed and come back. */
export interface Victim {
  running(): Promise<Pick<Program, 'url' | 'adminToken'>>;
  /** Kills, at once; what `running` gives afterwards is there again, or will be. */
  killed(dice: Dice): void;
  /** Resolves when all that was killed is there again. */
  rested(): Promise<unknown>;
}

export interface MixedLoop {
  cycles: number;
  seed: number;
  /** Of each kind. */
  visitors?: number;
  onCycle?: (cycle: number) => void;
}

export interface MixedResult {
  cycles: number;
  requests: number;
  waited: number;
  entered: number;
  parties: number;
  passedOn: number;
  letIn: number;
  answers: number;
  cutOff: number;
  /** Every broken promise in a sentence; empty is what we want. */
  faults: string[];
}

const ACTIVE_MAX = 5;
const CAPACITY = 6;
const ANSWERS_IN_A_LIFE = 60;
const VISITS = [askInQueue, waitAndEnter, waitForSeats, buyAndGo] as const;

/**
 * People come over the queue, through a waiting room, for seats that come back, and with tickets, while the program is
 * killed again and again. At the end, what they were told is asked for.
 */
export async function mixedLoop(
  victim: Victim,
  { cycles, seed, visitors = 3, onCycle }: MixedLoop,
): Promise<MixedResult> {
  const dice = diceOf(seed, -1);
  const insistent = new Insistent(victim);
  const promised = nothingPromised();
  const organiser = organiserOf(await victim.running());
  const halls = await openHalls(organiser);
  let over = false;
  const isOver = () => over;
  const token = (await victim.running()).adminToken;
  const coming = VISITS.flatMap((visit, kind) =>
    Array.from({ length: visitors }, async (_, lane) => {
      const own = diceOf(seed, kind * visitors + lane);
      for (let nth = 0; !over; nth++) {
        const user = `${visit.name} ${seed}-${lane}-${nth}`;
        await visit({ user, dice: own, halls, promised, insistent, token }, isOver);
        await delay(own.between(0, 20));
      }
    }),
  );
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const program = await victim.running();
    // Each life of the program is long enough for something to be promised in it.
    const enough = insistent.answers + ANSWERS_IN_A_LIFE;
    await eventually(
      () => insistent.answers,
      (answers) => answers >= enough,
      { seconds: 90 },
    );
    await delay(dice.between(0, 400));
    insistent.surprises.push(...(await overfull(program, halls)));
    victim.killed(dice);
    onCycle?.(cycle);
  }
  await victim.rested();
  await delay(500);
  over = true;
  await Promise.all(coming);
  const faults = await broken({ halls, promised, insistent, organiserToken: token });
  const { requests, parties, passedOn, letIn, waited, entered } = promised;
  const { answers, cutOff } = insistent;
  return {
    cycles,
    requests: requests.length,
    waited,
    entered,
    parties: parties.size,
    passedOn: passedOn.length,
    letIn: letIn.length,
    answers,
    cutOff,
    faults: [...insistent.surprises, ...faults],
  };
}

async function openHalls(organiser: Client): Promise<Halls> {
  const hall = await openSale(organiser, { rows: 40, seatsInRow: 50 });
  const queued = await openSale(organiser, { rows: 4, seatsInRow: 50 });
  const gated = await gatedSale(organiser, 500, {
    active_max: ACTIVE_MAX,
    rate_per_second: 20,
    burst: 5,
  });
  bodyOf(await openRoom(organiser, gated.eventId));
  return { hall, queued, gated, capacity: await openCapacity(organiser, CAPACITY) };
}

/** More people inside than may be. Nothing when the program cannot be asked at the moment. */
async function overfull(program: Pick<Program, 'url' | 'adminToken'>, { gated }: Halls): Promise<string[]> {
  const asked = organiserOf(program).get<RoomStats>(`${roomOf(gated.eventId)}/stats`);
  const stats = await asked.catch(() => undefined);
  if (stats?.status !== 200) return [];
  const { ready, active } = stats.body.lanes.normal;
  return ready + active > ACTIVE_MAX ? [`${ready} called and ${active} inside, of ${ACTIVE_MAX}`] : [];
}

interface Told {
  halls: Halls;
  promised: Promised;
  insistent: Insistent;
  organiserToken: string;
}

async function broken(told: Told): Promise<string[]> {
  const faults = await Promise.all([
    lostRequests(told),
    lostParties(told),
    lostTickets(told),
    entriesAgain(told),
  ]);
  return faults.flat();
}

/** Each request has ended, with its reservation if it says so, and asking for it again is asking for the same. */
async function lostRequests({ insistent, promised }: Told): Promise<string[]> {
  const faults: string[] = [];
  for (const { user, key, eventId, seatIds, requestId } of promised.requests) {
    const look = () =>
      insistent.ask('look', (anyone) =>
        anyone.as(user).get<RequestView>(`/api/v2/reservations/${requestId}`),
      );
    const isOver = (found: Awaited<ReturnType<typeof look>>) =>
      found?.status !== 200 || !['pending', 'processing'].includes(found.body.status);
    const found = await eventually(look, isOver);
    if (found?.status !== 200) faults.push(`request ${requestId} was accepted, and is ${found?.status}`);
    else if (found.body.status === 'completed') {
      const [id] = found.body.result?.data.reservation_ids ?? [];
      const held = await insistent.ask('look', (anyone) => anyone.as(user).get(`/api/v1/reservations/${id}`));
      if (held?.status !== 200) faults.push(`request ${requestId} is completed without reservation ${id}`);
    }
    const body = { event_id: eventId, seat_ids: seatIds, user_id: user };
    const again = await insistent.ask('ask again', (anyone) =>
      anyone.as(user).post<{ request_id: string }>('/api/v2/reservations', body, { 'idempotency-key': key }),
    );
    if (again?.body.request_id !== requestId) faults.push(`request ${requestId} became ${again?.text}`);
  }
  return faults;
}

async function lostParties({ halls, insistent, promised }: Told): Promise<string[]> {
  const faults: string[] = [];
  for (const user of promised.parties) {
    const path = `/api/v1/events/${halls.capacity}/waitlist/status`;
    const found = await insistent.ask('look', (anyone) => anyone.as(user).get(path));
    if (found?.status !== 200) faults.push(`${user} had a place in the line, and is told ${found?.status}`);
  }
  return faults;
}

async function lostTickets({ insistent, promised }: Told): Promise<string[]> {
  const faults: string[] = [];
  for (const { from, to, ticketId } of promised.passedOn) {
    const theirs = await insistent.ask('look', (anyone) =>
      anyone.as(to).get<TicketView[]>('/api/v1/tickets'),
    );
    if (theirs?.body.filter(({ status }) => status === 'VALID').length !== 1)
      faults.push(`${to} was passed ticket ${ticketId}, and has ${theirs?.text}`);
    const before = await insistent.ask('look', (anyone) =>
      anyone.as(from).get<TicketView>(`/api/v1/tickets/${ticketId}`),
    );
    if (before?.body.status !== 'TRANSFERRED')
      faults.push(`ticket ${ticketId} was passed on, and is ${before?.text}`);
  }
  return faults;
}

async function entriesAgain({ insistent, promised, organiserToken }: Told): Promise<string[]> {
  const faults: string[] = [];
  for (const { eventId, code } of promised.letIn) {
    const again = await insistent.ask('check in again', (anyone) =>
      anyone
        .with({ 'x-token': organiserToken })
        .post(`/api/v1/events/${eventId}/check-ins`, { code, gate: 'South' }),
    );
    if (again && again.status < 400) faults.push(`a code let two people in: ${again.text}`);
  }
  return faults;
}

/** The result in one line. */
export function mixedVerdict({ faults, cycles, ...told }: MixedResult): string {
  const { requests, waited, entered, parties, passedOn, letIn, answers, cutOff } = told;
  return (
    `${faults.length === 0 ? 'PASS' : `FAIL (${faults.length} faults)`}: killed ${cycles} times; ` +
    `${answers} answers, ${cutOff} cut off; ${requests} requests queued, ${waited} waited and ${entered} came in, ` +
    `${parties} joined the line for seats, ${passedOn} tickets passed on, ${letIn} let in`
  );
}
