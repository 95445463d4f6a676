import type { HttpServer } from '../../http/kit.ts';
import { demoRoute, healthRoutes, socketRoute } from './house-routes.ts';
import { lineRoutes } from './line-routes.ts';
import type { DemoHalls, SeatUpdateStreams } from './ports/seats.ts';
import { type SeatRoutesNeeds, seatRoutes } from './seat-routes.ts';

export interface RushEditionNeeds extends SeatRoutesNeeds {
  updates: SeatUpdateStreams;
  halls: DemoHalls;
}

/** Its parts, by the roles of the program that do their work. */
interface Parts {
  has(part: 'catalog' | 'reservation' | 'waiting-room'): boolean;
}

/** The API of seed 001: in by a queue, one seat held at a time, one ticket for each buyer. */
export function rushEdition(app: HttpServer, needs: RushEditionNeeds, { has }: Parts): void {
  if (has('catalog')) demoRoute(app, needs.halls);
  if (has('waiting-room')) lineRoutes(app, needs);
  if (has('reservation')) {
    seatRoutes(app, needs);
    socketRoute(app, needs.updates);
  }
  healthRoutes(app);
}
