import cliProgress from 'cli-progress';
import type { CrowdProgress } from './crowd/crowd.ts';
import { elapsed } from './stopwatch.ts';

/** Shows how far the crowd is: a bar on a terminal, a line every few seconds in a log. */
export interface ProgressView {
  show(progress: CrowdProgress): void;
  end(): void;
}

const LINE_EVERY_MILLIS = 5_000;

export function showProgress(options: { buyers: number; quiet: boolean }): ProgressView {
  if (options.quiet) return { show() {}, end() {} };
  return process.stdout.isTTY ? bar(options.buyers) : lines(options.buyers);
}

function bar(buyers: number): ProgressView {
  const view = new cliProgress.SingleBar({
    format: 'buyers {bar} {value}/{total} | {requests} requests | {purchases} purchases | {errors} errors',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
  });
  view.start(buyers, 0, { requests: 0, purchases: 0, errors: 0 });
  return {
    show: ({ finished, ...rest }) => view.update(finished, rest),
    end: () => view.stop(),
  };
}

function lines(buyers: number): ProgressView {
  let nextAt = 0;
  let last: CrowdProgress | undefined;
  const print = () => {
    if (!last) return;
    const { finished, requests, purchases, errors } = last;
    console.log(
      `buyers ${finished}/${buyers}, ${requests} requests, ${purchases} purchases, ${errors} errors`,
    );
    last = undefined;
  };
  return {
    show(progress) {
      last = progress;
      if (elapsed() < nextAt) return;
      nextAt = elapsed() + LINE_EVERY_MILLIS;
      print();
    },
    end: print,
  };
}
