import { parentPort } from 'node:worker_threads';
import { drawPdf } from './pdf.ts';
import type { PdfAnswer, PdfTask } from './worker-messages.ts';

/** The thread in which PDFs are drawn, one after the other, so that the sale does not wait for them. */
const port = parentPort;
if (!port) throw new Error('this file is a worker thread');

let before: Promise<void> = Promise.resolve();
port.on('message', (task: PdfTask) => {
  before = before.then(async () => port.postMessage(await answer(task)));
});

async function answer({ id, sheets, about }: PdfTask): Promise<PdfAnswer> {
  try {
    return { id, pdf: await drawPdf(sheets, about) };
  } catch (error) {
    return { id, failure: String(error) };
  }
}
