/**
 * The parts of the program that can run apart. All of them stand on the same ledger and the same Redis, which are the
 * authorities; so a role divides work, memory, secrets and addresses, never truth. Whatever role a process has, it may
 * ask the ledger and the seats; what it must not do itself is what another role alone has the keys to (`calls`).
 */
export const ROLES = [
  'catalog',
  'reservation',
  'order',
  'payment',
  'waiting-room',
  'ticket',
  'worker',
  'web',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

export interface Duties {
  /** What it answers, streams included. */
  serves: string;
  /** What it does unasked. */
  drives: string;
  /** Roles that it asks over HTTP where they are not in its process. */
  calls: readonly Role[];
  /** Where it listens when it runs alone and PORT is not set. */
  port: number;
}

export const DUTIES: Readonly<Record<Role, Duties>> = {
  catalog: {
    serves: 'events and halls, their changes by the organiser',
    drives: '',
    calls: [],
    port: 8080,
  },
  reservation: {
    serves: 'seats, holds, the live map, requests that wait their turn (v2)',
    drives: 'ends holds that are over',
    calls: ['payment'],
    port: 8081,
  },
  order: {
    serves: 'bookings and their refunds, messages that nobody could take',
    drives: 'orders that lapsed or were left in the middle, the relay to the bus',
    calls: ['payment'],
    port: 8082,
  },
  payment: {
    serves: 'notices of the payment provider; what other roles ask of it',
    drives: 'forgets old notices',
    calls: [],
    port: 8083,
  },
  'waiting-room': {
    serves: 'lines, draws and who is let in',
    drives: 'lets people in',
    calls: ['payment'],
    port: 8084,
  },
  ticket: {
    serves: 'tickets, gates and documents',
    drives: 'issues tickets when orders are confirmed, sends mails',
    calls: [],
    port: 8085,
  },
  worker: {
    serves: '',
    drives: 'requests that wait their turn, the relay to the bus, what is to be forgotten',
    calls: ['payment'],
    port: 8086,
  },
  web: { serves: 'the pages', drives: '', calls: [], port: 8087 },
  auditor: {
    serves: '',
    drives:
      'reads the ledger again and again, and pauses the sale of an event whose rows contradict each other',
    calls: [],
    port: 8088,
  },
};

/** The roles of one process. */
export interface RolesHere {
  /** In the order of ROLES. */
  readonly names: readonly Role[];
  has(...anyOf: readonly Role[]): boolean;
  /** Whether this process is the whole program. */
  readonly isWhole: boolean;
}

export function rolesHere(chosen: readonly Role[]): RolesHere {
  const here = new Set(chosen);
  return {
    names: ROLES.filter((role) => here.has(role)),
    has: (...anyOf) => anyOf.some((role) => here.has(role)),
    isWhole: ROLES.every((role) => here.has(role)),
  };
}

export const ALL_ROLES = rolesHere(ROLES);

const PORT_OF_ALL = 8000;

/** Where a process with these roles listens unless it is told otherwise. */
export function usualPort({ names }: RolesHere): number {
  const [only] = names;
  return names.length === 1 && only ? DUTIES[only].port : PORT_OF_ALL;
}
