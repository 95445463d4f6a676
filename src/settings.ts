import { BACK_END_SETTINGS } from './settings/back-ends.ts';
import { PROVIDER_SETTINGS } from './settings/providers.ts';
import { QUEUE_SETTINGS } from './settings/queue.ts';
import { SALE_SETTINGS } from './settings/sale.ts';
import { SERVER_SETTINGS } from './settings/server.ts';
import { TICKET_SETTINGS } from './settings/tickets.ts';
import { TRAFFIC_SETTINGS } from './settings/traffic.ts';

/** Everything that can be set: name, kind, default, unit, meaning. */
export const SETTINGS = {
  ...SERVER_SETTINGS,
  ...BACK_END_SETTINGS,
  ...SALE_SETTINGS,
  ...PROVIDER_SETTINGS,
  ...TICKET_SETTINGS,
  ...QUEUE_SETTINGS,
  ...TRAFFIC_SETTINGS,
};
