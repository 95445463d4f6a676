import { presentBuses } from '../backends/registry.ts';
import { eventBusConformance } from './event-bus.ts';

/** The bus in process, on Redis in two shapes, and on Kafka. */
eventBusConformance(presentBuses());
