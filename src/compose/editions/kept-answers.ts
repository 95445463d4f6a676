import { commandWrite } from '../../adapters/sql/command-log.ts';
import type { Answers } from '../../core/answers.ts';
import type { CommandKey, Once } from '../../core/command.ts';
import { isRefusal } from '../../core/refusal.ts';
import { afterEffect } from '../../core/unavailable.ts';
import type { Machine } from '../machine.ts';

/** Answers of routes that ask several slices: each slice keeps its own effect, and the answer comes last. */
export function keptAnswers({ database, clock }: Pick<Machine, 'database' | 'clock'>, once: Once): Answers {
  return {
    once: (key, run) =>
      once.run(key, async () => {
        const answer = await run(key && innerKey(key));
        if (!key || isRefusal(answer)) return answer;
        const record = { key, reply: answer, at: clock.now() };
        await afterEffect(() => database.commit([commandWrite(record)]));
        return answer;
      }),
  };
}

/** No key of a client's looks like this: theirs are JSON. */
function innerKey({ id, bodyHash }: CommandKey): CommandKey {
  return { id: `inner ${id}`, bodyHash };
}
