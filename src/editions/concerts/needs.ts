import type { Admissions } from '../../core/admissions.ts';
import type { Answers } from '../../core/answers.ts';
import type { Concerts } from './ports/concerts.ts';
import type { Lines } from './ports/lines.ts';
import type { SeatRequests } from './ports/requests.ts';
import type { Reservations } from './ports/reservations.ts';
import type { Users } from './ports/users.ts';

/** What this edition calls; compose fills it. */
export interface ConcertsNeeds {
  users: Users;
  concerts: Concerts;
  reservations: Reservations;
  requests: SeatRequests;
  lines: Lines;
  answers: Answers;
  admissions: Admissions;
}
