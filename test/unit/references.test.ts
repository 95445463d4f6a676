import { expect, it } from 'vitest';
import { configurationPage, errorsPage } from './references.ts';

it('docs/configuration.md has every setting as it is', async () => {
  await expect(configurationPage()).toMatchFileSnapshot('../../docs/configuration.md');
});

it('docs/errors.md has every code as it is', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
});
