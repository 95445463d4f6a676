import { everyPortOn } from './every-port.ts';

everyPortOn('redis', 'redis-cluster');
