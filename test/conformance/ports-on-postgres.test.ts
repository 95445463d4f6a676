import { everyPortOn } from './every-port.ts';

everyPortOn('postgres');
