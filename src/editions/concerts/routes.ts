import type { HttpServer } from '../../http/kit.ts';
import { concertRoutes } from './concert-routes.ts';
import { lifecycleRoutes } from './lifecycle-routes.ts';
import { lineRoutes } from './line-routes.ts';
import type { ConcertsNeeds } from './needs.ts';
import { queueRoutes } from './queue-routes.ts';
import { reservationRoutes } from './reservation-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Seed 004's API on this house's sale, as far as this process has its roles: a concert is a series, an option an event. */
export function concertsEdition(
  app: HttpServer,
  needs: ConcertsNeeds,
  { has }: { has(role: 'catalog' | 'reservation' | 'waiting-room'): boolean },
): void {
  if (has('catalog')) {
    userRoutes(app, needs);
    concertRoutes(app, needs);
  }
  if (has('waiting-room')) lineRoutes(app, needs.lines);
  if (!has('reservation')) return;
  reservationRoutes(app, needs);
  lifecycleRoutes(app, needs);
  queueRoutes(app, needs);
}
