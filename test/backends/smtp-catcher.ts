import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './servers/certificates.ts';

/** A letter as it came over the wire: its envelope and its text, headers and all. */
export interface CaughtLetter {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface SmtpCatcher {
  readonly url: string;
  readonly letters: readonly CaughtLetter[];
  /** Answers the next recipients like this ("550 no such mailbox") instead of taking them. */
  refuse(...answers: string[]): void;
  stop(): Promise<void>;
}

/** What a sender has to do first: STARTTLS, and this name and password. */
export interface SmtpLock {
  readonly certificate: Certificate;
  readonly user: string;
  readonly password: string;
}

interface Box {
  readonly letters: CaughtLetter[];
  readonly refusals: string[];
  readonly lock: SmtpLock | undefined;
}

/** A mail server on a free port of loopback that takes every letter, or with a lock those of whom it knows, and sends none on. */
export async function smtpCatcher(lock?: SmtpLock): Promise<SmtpCatcher> {
  const letters: CaughtLetter[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.write('220 catcher\r\n');
    converse(socket, { letters, refusals, lock });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    refuse: (...answers) => refusals.push(...answers),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** RFC 5321 as far as a client needs it. */
function converse(socket: Socket, box: Box): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let isTrusted = box.lock === undefined;
  let unread = '';
  let letter: { from: string; to: string[]; text: string } = { from: '', to: [], text: '' };
  let isData = false;

  const dataLine = (line: string) => {
    if (line !== '.') {
      letter.text += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
      return;
    }
    isData = false;
    box.letters.push(letter);
    say('250 taken');
  };
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') say(`250-catcher\r\n${offer(socket, box)}250 8BITMIME`);
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else if (verb === 'STAR') startTls(socket, box);
    else if (verb === 'AUTH') {
      isTrusted = isKnown(line, box);
      say(isTrusted ? '235 welcome' : '535 nobody knows you');
    } else if (!isTrusted) say('530 who are you');
    else if (verb === 'MAIL') {
      letter = { from: address, to: [], text: '' };
      say('250 fine');
    } else if (verb === 'RCPT') {
      const refusal = box.refusals.shift();
      if (refusal === undefined) letter.to.push(address);
      say(refusal ?? '250 fine');
    } else if (verb === 'DATA') {
      isData = true;
      say('354 go on');
    } else say('250 fine');
  };

  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unread + chunk).split('\r\n');
    unread = lines.pop() ?? '';
    for (const line of lines) isData ? dataLine(line) : command(line);
  });
}

function offer(socket: Socket, { lock }: Box): string {
  if (!lock) return '';
  return socket instanceof TLSSocket ? '250-AUTH PLAIN\r\n' : '250-STARTTLS\r\n';
}

function startTls(socket: Socket, box: Box): void {
  if (!box.lock) return void socket.write('502 no certificate\r\n');
  const { certFile, keyFile } = box.lock.certificate;
  socket.removeAllListeners('data');
  socket.write('220 go on\r\n');
  const shown = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  converse(new TLSSocket(socket, { isServer: true, ...shown }), box);
}

/** Of `AUTH PLAIN` with its answer in the same line. */
function isKnown(line: string, { lock }: Box): boolean {
  const [, , answer = ''] = line.split(' ');
  const [, user, password] = Buffer.from(answer, 'base64').toString('utf8').split('\0');
  return user === lock?.user && password === lock?.password;
}
