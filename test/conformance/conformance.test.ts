import { presentBackends } from '../backends/registry.ts';
import { seatStoreConformance } from './seat-store.ts';

/** Every port's suite on every back end that is here. */
const backends = presentBackends();

seatStoreConformance(backends);
