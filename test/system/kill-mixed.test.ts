import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { audited } from './audited.ts';
import { killableProgram } from './kill/killable.ts';
import { mixedLoop } from './kill/mixed-loop.ts';

it('killed eight times, it forgets nobody in its queue, its rooms and its lines, and no ticket', async () => {
  const { victim, dataDir, stop } = killableProgram();
  try {
    const result = await mixedLoop(victim, { cycles: 8, seed: 42 });
    expect(result.faults).toEqual([]);
    expect(result.cutOff).toBeGreaterThan(0);
    for (const told of ['requests', 'entered', 'parties', 'passedOn', 'letIn'] as const)
      expect(result[told], told).toBeGreaterThan(0);
    await stop();
    expect((await audited(dataDir)).faults).toEqual([]);
  } finally {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 480_000);
