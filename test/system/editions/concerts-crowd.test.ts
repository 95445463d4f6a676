import { describe, expect, it } from 'vitest';
import { audited } from '../audited.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { sharedProgram } from '../shared-program.ts';
import { freeSeats, reserve, setup, WAYS } from './concerts-client.ts';

const USERS = 300;
const { anyone, program } = sharedProgram({ SHED_DELAY_MS: '0' });
let first = 1_000;
const crowd = () => Array.from({ length: USERS }, () => first++);

describe('300 users who want one seat', () => {
  it.each([...WAYS])('by %s: one gets it, the others are told that it is taken', async (way) => {
    const { seatIds, optionId } = await setup(anyone, { seatCount: 1 });
    const [seatId = 0] = seatIds;
    const answers = await Promise.all(crowd().map((user) => reserve(anyone, user, seatId, { way })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200);
    // Who meets too many others is asked to come again; nobody is told anything else.
    for (const { status, text } of others) expect([409, 503], text).toContain(status);
    expect(others.filter(({ status }) => status === 409).length).toBeGreaterThan(0);
    expect(await freeSeats(anyone, optionId)).toEqual([]);
  });

  it('by all three ways at once: one gets it', async () => {
    const [seatId = 0] = (await setup(anyone, { seatCount: 1 })).seatIds;
    const answers = await Promise.all(
      crowd().map((user, index) => reserve(anyone, user, seatId, { way: WAYS[index % 3] as string })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each(['v4-opt/queue-polling', 'v4-pes/queue-polling', 'v5-opt/queue-sse'])(
    'by way of the queue (%s): all are taken in, the first one gets it',
    async (path) => {
      const [seatId = 0] = (await setup(anyone, { seatCount: 1 })).seatIds;
      const all = crowd();
      const taken = await Promise.all(
        all.map((userId) => anyone.post(`/api/reservations/${path}`, { userId, seatId })),
      );
      expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([202]));
      const statuses = await eventually(
        () =>
          Promise.all(
            all.map(async (userId) => {
              const url = `/api/reservations/v4/status?userId=${userId}&seatId=${seatId}`;
              return bodyOf(await anyone.get<{ status: string }>(url)).status;
            }),
          ),
        (found) => !found.includes('PENDING') && !found.includes('PROCESSING'),
        { everyMillis: 500 },
      );
      expect(statuses.filter((status) => status === 'SUCCESS')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'FAIL_ALREADY_RESERVED')).toHaveLength(USERS - 1);
    },
  );

  it('leave a ledger in which every promise is kept', async () => {
    expect((await audited(program.dataDir)).faults).toEqual([]);
  });
});
