import { BACK_END_SETTINGS } from './settings/back-ends.ts';
import { CONCERT_SETTINGS } from './settings/concerts.ts';
import { IDENTITY_SETTINGS } from './settings/identity.ts';
import { MESSAGE_SETTINGS } from './settings/messages.ts';
import { METRIC_SETTINGS } from './settings/metrics.ts';
import { PAYMENT_SETTINGS } from './settings/payment.ts';
import { QUEUE_SETTINGS } from './settings/queue.ts';
import { ROLE_SETTINGS } from './settings/roles.ts';
import { RUSH_SETTINGS } from './settings/rush.ts';
import { SALE_SETTINGS } from './settings/sale.ts';
import { SERVER_SETTINGS } from './settings/server.ts';
import { TICKET_SETTINGS } from './settings/tickets.ts';
import { TRACE_SETTINGS } from './settings/traces.ts';
import { TRAFFIC_SETTINGS } from './settings/traffic.ts';
import { TRAIN_SETTINGS } from './settings/train.ts';
import { WAITING_ROOM_SETTINGS } from './settings/waiting-room.ts';
import { WAITLIST_SETTINGS } from './settings/waitlist.ts';

/** Everything that can be set: name, kind, default, unit, meaning. */
export const SETTINGS = {
  ...SERVER_SETTINGS,
  ...IDENTITY_SETTINGS,
  ...ROLE_SETTINGS,
  ...BACK_END_SETTINGS,
  ...MESSAGE_SETTINGS,
  ...SALE_SETTINGS,
  ...PAYMENT_SETTINGS,
  ...TICKET_SETTINGS,
  ...WAITING_ROOM_SETTINGS,
  ...WAITLIST_SETTINGS,
  ...QUEUE_SETTINGS,
  ...TRAFFIC_SETTINGS,
  ...TRAIN_SETTINGS,
  ...RUSH_SETTINGS,
  ...CONCERT_SETTINGS,
  ...METRIC_SETTINGS,
  ...TRACE_SETTINGS,
};
