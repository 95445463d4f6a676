import { everyPortOnTheRest } from './every-port.ts';

everyPortOnTheRest();
