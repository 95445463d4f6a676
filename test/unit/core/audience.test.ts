import { describe, expect, it } from 'vitest';
import { Audience } from '../../../src/core/audience.ts';

describe('an audience', () => {
  it('has the members of each key, each once', () => {
    const audience = new Audience<string, string>();
    for (const member of ['ann', 'ben', 'ann']) audience.join('hall', member);
    audience.join('queue', 'ann');
    expect([...audience.of('hall')]).toEqual(['ann', 'ben']);
    expect([...audience.of('nobody listens')]).toEqual([]);
    expect([...audience.all()]).toEqual(['ann', 'ben', 'ann']);
  });

  it('has a key as long as somebody listens to it', () => {
    const audience = new Audience<string, string>();
    const leave = ['ann', 'ben'].map((member) => audience.join('hall', member));
    leave[0]?.();
    expect([audience.has('hall'), audience.size]).toEqual([true, 1]);
    for (const each of leave) each();
    expect([audience.has('hall'), audience.size]).toEqual([false, 0]);
  });
});
