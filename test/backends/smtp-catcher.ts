import { type AddressInfo, createServer, type Socket } from 'node:net';

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

/** A mail server on a free port of loopback that takes every letter and sends none on. */
export async function smtpCatcher(): Promise<SmtpCatcher> {
  const letters: CaughtLetter[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    converse(socket, letters, refusals);
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
function converse(socket: Socket, letters: CaughtLetter[], refusals: string[]): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let unread = '';
  let letter: { from: string; to: string[]; text: string } = { from: '', to: [], text: '' };
  let isData = false;

  const dataLine = (line: string) => {
    if (line !== '.') {
      letter.text += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
      return;
    }
    isData = false;
    letters.push(letter);
    say('250 taken');
  };
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') say('250-catcher\r\n250 8BITMIME');
    else if (verb === 'MAIL') {
      letter = { from: address, to: [], text: '' };
      say('250 fine');
    } else if (verb === 'RCPT') {
      const refusal = refusals.shift();
      if (refusal === undefined) letter.to.push(address);
      say(refusal ?? '250 fine');
    } else if (verb === 'DATA') {
      isData = true;
      say('354 go on');
    } else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else say('250 fine');
  };

  say('220 catcher');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unread + chunk).split('\r\n');
    unread = lines.pop() ?? '';
    for (const line of lines) isData ? dataLine(line) : command(line);
  });
}
