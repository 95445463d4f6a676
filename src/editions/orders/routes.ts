import type { HttpServer } from '../../http/kit.ts';
import { type CatalogRoutesNeeds, catalogRoutes } from './catalog-routes.ts';
import { houseRoutes } from './house-routes.ts';
import { type OrderRoutesNeeds, paymentRoute, submitRoutes } from './order-routes.ts';
import type { House, Orders } from './ports/sale.ts';
import { type ReservationRoutesNeeds, reservationRoutes } from './reservation-routes.ts';

export interface OrdersEditionNeeds
  extends CatalogRoutesNeeds,
    Omit<ReservationRoutesNeeds, 'orders'>,
    Omit<OrderRoutesNeeds, 'orders'> {
  orders: Orders;
  house: House;
}

/** Its four services, by the roles of the program that do their work. */
interface Services {
  has(service: 'catalog' | 'reservation' | 'order' | 'payment'): boolean;
}

/** The API of seed 003: four services behind one entry. Each path is also found behind the names of `paths.ts`. */
export function ordersEdition(app: HttpServer, needs: OrdersEditionNeeds, { has }: Services): void {
  if (has('catalog')) catalogRoutes(app, needs);
  if (has('reservation')) reservationRoutes(app, needs);
  if (has('order')) submitRoutes(app, needs);
  if (has('order') || has('payment')) paymentRoute(app, needs);
  houseRoutes(app, needs.house);
}
