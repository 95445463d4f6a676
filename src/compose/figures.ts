import type { CatalogService } from '../catalog/service.ts';
import type { OrderStore } from '../order/ports/order-store.ts';
import type { ProviderHealth } from '../payment/provider-health.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { showOrders, showProvider, showSeats } from '../telemetry/sale-figures.ts';
import type { Machine } from './machine.ts';

interface Shown {
  catalog: Pick<CatalogService, 'all' | 'isOnSale'>;
  seatStore: Pick<SeatStore, 'counts'>;
  orderStore: Pick<OrderStore, 'due'>;
  payments: { health: ProviderHealth };
  maps: { readonly watching: number };
}

/** Puts what every sale has among the metrics; queue, waiting rooms and messages show themselves. Part of `compose`. */
export function showSale(
  { show, clock }: Pick<Machine, 'show' | 'clock'>,
  { catalog, seatStore, orderStore, payments, maps }: Shown,
): void {
  if (!show) return;
  const onSale = () =>
    [...catalog.all()].filter((event) => catalog.isOnSale(event)).map(({ eventId }) => eventId);
  showSeats(show, clock, { onSale, seatStore });
  showOrders(show, clock, orderStore);
  showProvider(show, payments.health);
  show({
    name: 'map_watchers',
    help: 'Streams of this process that watch a seat map',
    read: () => maps.watching,
  });
}
