import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection, Write } from '../../src/adapters/sql/database.ts';
import { outboxWrite, sqlOutbox } from '../../src/adapters/sql/messages/outbox.ts';
import type { EventBus } from '../../src/core/message.ts';
import { relayOutbox } from '../../src/core/relay.ts';
import { stopServers } from '../backends/on-servers.ts';
import { presentLedgers } from '../backends/registry.ts';

const NOW = 1_700_000_000_000;
const message = (messageId: string) =>
  outboxWrite({ messageId, topic: 'order.events', key: '1', body: {}, at: NOW });
const runOf = ({ kind, row }: Write) => ({ kind, rows: [row] });

/** The outbox where several nodes write to it at once. */
describe.each(presentLedgers().filter(({ manyNodes }) => manyNodes))('the outbox on $name', (ledger) => {
  let started: { connection: SqlConnection; another(): SqlConnection; stop(): Promise<void> };
  beforeAll(async () => {
    started = await ledger.start();
  });
  afterAll(async () => {
    await started?.stop();
    await stopServers();
  });

  /** A relay, and what it has published, in order. */
  function relay() {
    const published: string[] = [];
    const bus: EventBus = {
      publish: async (messages) => void published.push(...messages.map(({ messageId }) => messageId)),
      subscribe: () => undefined,
    };
    const outbox = sqlOutbox(independentCommitter(started.another()));
    return { published, once: () => relayOutbox(outbox, bus) };
  }

  it('does not lose a message whose transaction takes longer than later ones', async () => {
    const [slow, quick] = [started.another(), started.another()];
    const { published, once } = relay();
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written: () => void = () => undefined;
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const slowly = slow.transaction(async (transaction) => {
      await transaction.write([runOf(message('slow'))]);
      written();
      await mayCommit;
    });
    await isWritten;
    for (const id of ['first', 'second']) {
      await quick.transact([runOf(message(id))]);
      await once();
    }
    expect(published).toEqual(['first', 'second']);
    commit();
    await slowly;
    await once();
    expect(published).toEqual(['first', 'second', 'slow']);
    expect(await once()).toBe(0);
  });

  it('is read by two relays at once without a loss; what both publish is the same message twice', async () => {
    const [one, other] = [relay(), relay()];
    const writers = Array.from({ length: 4 }, () => independentCommitter(started.another()));
    const sent = Array.from({ length: 400 }, (_, n) => `message ${n}`);
    const writing = Promise.all(sent.map((id, n) => writers[n % 4]?.commit([message(id)])));
    let isWriting = true;
    const relaying = [one, other].map(async ({ once }) => {
      while (isWriting || (await once()) > 0) await once();
    });
    await writing;
    isWriting = false;
    await Promise.all(relaying);
    expect([...new Set([...one.published, ...other.published])].sort()).toEqual([...sent].sort());
  });
});
