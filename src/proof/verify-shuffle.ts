import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { request } from 'undici';
import { systemDigest } from '../adapters/system/digest.ts';
import type { DrawProof, DrawReceipt } from '../contract/draw.ts';
import { drawFault, entrantOf } from '../contract/draw-check.ts';
import { Unavailable } from '../core/unavailable.ts';

interface Options {
  commitment?: string;
  user?: string;
}

/** `onrush verify-shuffle`: recomputes a place of a draw, without trusting the server that gave it. */
export function verifyShuffleCommand(): Command {
  return new Command('verify-shuffle')
    .description('recompute a place in a waiting room from the proof of its draw and a receipt')
    .argument('<proof>', 'file or address of …/waiting-room/proof')
    .argument('<receipt>', 'file or address of …/waiting-room/receipt')
    .option('--commitment <hex>', 'the commitment as it was seen before the opening')
    .option('--user <id>', 'whose receipt it must be; sent as X-User-ID when it is fetched')
    .action(verifyShuffle);
}

async function verifyShuffle(proofAt: string, receiptAt: string, options: Options): Promise<void> {
  const proof = (await read(proofAt, {})) as DrawProof;
  const headers = options.user === undefined ? {} : { 'x-user-id': options.user };
  const receipt = (await read(receiptAt, headers)) as DrawReceipt;
  const fault = await faultOf(proof, receipt, options);
  if (fault === undefined) {
    const { place, lane } = receipt;
    const entrants = proof.lanes.find((each) => each.lane === lane)?.entrants;
    const whose = `${entrantOf(receipt)} has place ${place} of ${entrants} (lane ${lane})`;
    console.log(`right: ${whose}, as follows from the proof`);
    return;
  }
  console.error(`wrong: ${fault}`);
  process.exitCode = 1;
}

/** What is no proof or no receipt at all is as wrong as a forged one. */
async function faultOf(
  proof: DrawProof,
  receipt: DrawReceipt,
  { commitment, user: userId }: Options,
): Promise<string | undefined> {
  try {
    return await drawFault(proof, receipt, systemDigest(), { commitment, userId });
  } catch (error) {
    if (error instanceof TypeError) return 'these are not a proof and a receipt';
    throw error;
  }
}

async function read(at: string, headers: Record<string, string>): Promise<unknown> {
  const text = /^https?:\/\//.test(at) ? await fetched(at, headers) : await fileText(at);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Unavailable(`${at} has no JSON`, { cause: error });
  }
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Unavailable(`${path} cannot be read`, { cause: error });
  }
}

async function fetched(address: string, headers: Record<string, string>): Promise<string> {
  try {
    const { statusCode, body } = await request(address, { headers });
    const text = await body.text();
    if (statusCode !== 200) throw new Unavailable(`${address} answers ${statusCode}`);
    return text;
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`${address} cannot be reached`, { cause: error });
  }
}
