import { everyPortOn } from './every-port.ts';

everyPortOn('mariadb');
