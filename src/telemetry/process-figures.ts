import type { Show } from './figures.ts';

interface Process {
  version: string;
  /** Of SSE and WebSocket together. */
  openStreams: () => number;
  streamsMax: number;
  health: () => Promise<readonly { name: string; isUp: boolean }[]>;
}

/** What there is to tell of any process, whatever it serves. */
export function showProcess(show: Show, { version, openStreams, streamsMax, health }: Process): void {
  show({
    name: 'build_info',
    help: 'The version that runs; always 1',
    label: 'version',
    read: () => ({ [version]: 1 }),
  });
  show({ name: 'streams_open', help: 'Open streams of this process, SSE and WebSocket', read: openStreams });
  show({ name: 'streams_max', help: 'Streams that this process opens at most', read: () => streamsMax });
  show({
    name: 'backend_up',
    help: 'Whether a server that the sale stands on answers this process',
    label: 'backend',
    read: async () => Object.fromEntries((await health()).map(({ name, isUp }) => [name, isUp ? 1 : 0])),
  });
}
