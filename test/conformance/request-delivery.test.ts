import { DELIVERIES } from '../backends/deliveries.ts';
import { componentPresent } from '../backends/registry.ts';
import { requestDeliveryConformance } from './request-delivery.ts';

/** The delivery's suite on each way to the workers that is here. */
requestDeliveryConformance(DELIVERIES.filter(({ name }) => componentPresent(name)));
