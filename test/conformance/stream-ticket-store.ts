import { expect, it } from 'vitest';
import { type Node, type Shared, STREAM_TICKET_LIMITS } from '../backends/shared.ts';
import { onShared } from './on-shared.ts';

const { lifetimeMillis, waitingMax } = STREAM_TICKET_LIMITS;
const ann = { userId: 'ann 한글', roles: ['vip'], expiresAt: 1_795_000_000_000 };
let count = 0;
/** A ticket that no other test has. */
const fresh = () => `ticket ${++count}`;

export function streamTicketStoreConformance(all: readonly Shared[]): void {
  onShared(all, 'StreamTicketStore', ({ nodes, running }, { losses }) => {
    const two = async () => {
      const [one, other = one] = await nodes(2);
      return [(one as Node).streamTickets, (other as Node).streamTickets] as const;
    };

    it('take: whose ticket it is, at another node than the one that kept it', async () => {
      const [here, there] = await two();
      const ticket = fresh();
      await here.keep(ticket, ann);
      expect(await there.take(ticket)).toEqual(ann);
      const [plain, bob] = [fresh(), { userId: 'bob', roles: [] }];
      await there.keep(plain, bob);
      expect(await here.take(plain)).toEqual(bob);
    });

    it('take: of all who ask for a ticket, at whatever node, one is told', async () => {
      const [here, there] = await two();
      const ticket = fresh();
      await here.keep(ticket, ann);
      const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? here : there).take(ticket));
      const told = (await Promise.all(asked)).filter((principal) => principal !== undefined);
      expect(told).toEqual([ann]);
      expect(await here.take(ticket)).toBeUndefined();
    });

    it('take: undefined for a ticket that nobody keeps', async () => {
      const [here] = await two();
      expect(await here.take(fresh())).toBeUndefined();
    });

    it('take: undefined for a ticket that is over, while a later one is still good', async () => {
      const [here, there] = await two();
      const [early, late] = [fresh(), fresh()];
      const ends = (await here.keep(early, ann)) as number;
      await running().elapse(lifetimeMillis / 2);
      expect(await here.keep(late, ann)).toBeGreaterThan(ends);
      await running().elapse(lifetimeMillis / 2 + 20);
      expect(await there.take(early)).toBeUndefined();
      expect(await there.take(late)).toEqual(ann);
    });

    it('keep: nothing when as many wait as may; again when one is taken, or when they are over', async () => {
      const [here, there] = await two();
      await running().elapse(lifetimeMillis + 20);
      const tickets = Array.from({ length: waitingMax }, fresh);
      const kept = await Promise.all(tickets.map((ticket) => here.keep(ticket, ann)));
      expect(kept).not.toContain(undefined);
      const refused = fresh();
      expect(await there.keep(refused, ann)).toBeUndefined();
      expect(await there.take(refused)).toBeUndefined();
      await here.take(tickets[0] as string);
      expect(await there.keep(fresh(), ann)).toBeDefined();
      expect(await here.keep(fresh(), ann)).toBeUndefined();
      await running().elapse(lifetimeMillis + 20);
      expect(await here.keep(fresh(), ann)).toBeDefined();
    });

    if (losses.includes('forget'))
      it('take: undefined for what the back end has forgotten', async () => {
        const [here, there] = await two();
        const ticket = fresh();
        await here.keep(ticket, ann);
        await running().forget();
        expect(await there.take(ticket)).toBeUndefined();
      });
  });
}
