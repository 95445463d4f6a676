import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from '../system/client.ts';
import { sharedProgram } from '../system/shared-program.ts';
import { targetOf } from './target.ts';
import { ASSAULTS, type Besieged } from './withstanding.ts';

const { program } = sharedProgram({ SHED_DELAY_MS: '0' });
let besieged: Besieged;
beforeAll(async () => {
  besieged = { program, ...(await targetOf(program)) };
});
afterEach(async () => {
  expect((await clientOf(program).get('/health')).status).toBe(200);
});

describe('every route of the OpenAPI document withstands', () => {
  it.each(Object.entries(ASSAULTS))('%s', (_, assault) => assault(besieged));
});
