import { BACK_END_SETTINGS } from './settings/back-ends.ts';
import { CONCERT_SETTINGS } from './settings/concerts.ts';
import { IDENTITY_SETTINGS } from './settings/identity.ts';
import { MESSAGE_SETTINGS } from './settings/kafka.ts';
import { PROVIDER_SETTINGS } from './settings/providers.ts';
import { QUEUE_SETTINGS } from './settings/queue.ts';
import { ROLE_SETTINGS } from './settings/roles.ts';
import { RUSH_SETTINGS } from './settings/rush.ts';
import { SALE_SETTINGS } from './settings/sale.ts';
import { SERVER_SETTINGS } from './settings/server.ts';
import { TICKET_SETTINGS } from './settings/tickets.ts';
import { TRACE_SETTINGS } from './settings/traces.ts';
import { TRAFFIC_SETTINGS } from './settings/traffic.ts';
import { WAITLIST_SETTINGS } from './settings/waitlist.ts';

/** Everything that can be set: name, kind, default, unit, meaning. */
export const SETTINGS = {
  ...SERVER_SETTINGS,
  ...IDENTITY_SETTINGS,
  ...ROLE_SETTINGS,
  ...BACK_END_SETTINGS,
  ...MESSAGE_SETTINGS,
  ...SALE_SETTINGS,
  ...PROVIDER_SETTINGS,
  ...TICKET_SETTINGS,
  ...QUEUE_SETTINGS,
  ...TRAFFIC_SETTINGS,
  ...WAITLIST_SETTINGS,
  ...CONCERT_SETTINGS,
  ...RUSH_SETTINGS,
  ...TRACE_SETTINGS,
};
