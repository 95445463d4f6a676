import type { ProviderReferences } from '../../src/payment/ports/provider-references.ts';
import { embeddedInMemory } from './embedded.ts';

/** References in a ledger in memory. */
export async function referencesInMemory(): Promise<ProviderReferences> {
  return (await embeddedInMemory.start()).ports.paymentReferences;
}
