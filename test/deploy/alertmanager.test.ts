import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { componentPresent } from '../backends/registry.ts';
import { type Authority, certificateAuthority } from '../backends/servers/certificates.ts';
import { type CaughtLetter, type SmtpCatcher, smtpCatcher } from '../backends/smtp-catcher.ts';
import { toolAt } from '../backends/tools.ts';
import { eventually } from '../system/eventually.ts';
import { alertmanagerServer } from './alertmanager-server.ts';
import { DEPLOY, type Server } from './as-composed.ts';
import { prometheusServer } from './prometheus-server.ts';

const [ON_CALL, OPERATORS] = ['on-call@tickets.example', 'operators@tickets.example'];

describe.runIf(componentPresent('amtool'))('amtool', () => {
  const amtool = (...words: string[]) =>
    execFileSync(toolAt('amtool') as string, words, {
      cwd: `${DEPLOY}/alertmanager`,
      encoding: 'utf8',
    }).trim();
  const routed = (severity: string) =>
    amtool('config', 'routes', 'test', '--config.file=alertmanager.yml', `severity=${severity}`);

  it('understands the configuration, and wakes somebody for what is critical', () => {
    expect(amtool('check-config', 'alertmanager.yml')).toContain('SUCCESS');
    expect(routed('critical')).toBe('on-call');
    expect(routed('warning')).toBe('operators');
  });
});

const subjectOf = ({ text }: CaughtLetter) => /^Subject: (.*)$/m.exec(text)?.[1]?.trim();

/** What a reader sees: without the soft ends of lines and the escapes of quoted-printable. */
function bodyOf({ text }: CaughtLetter): string {
  const joined = text.slice(text.indexOf('\r\n\r\n')).replaceAll('=\r\n', '');
  return joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

describe.runIf(['alertmanager', 'openssl'].every(componentPresent))(
  'an Alertmanager with this configuration',
  () => {
    let authority: Authority;
    let post: SmtpCatcher;
    let alertmanager: Server;
    beforeAll(() => {
      authority = certificateAuthority('of the letters');
    });
    // For each try: it remembers what fired in the one before, and so does the post.
    beforeEach(async () => {
      const certificate = authority.certify('IP:127.0.0.1');
      const password = 'of-the-operators';
      post = await smtpCatcher({ certificate, user: 'onrush@tickets.example', password });
      const server = new URL(post.url).host;
      alertmanager = await alertmanagerServer({ server, password, caFile: certificate.caFile });
    });
    afterEach(async () => {
      await alertmanager?.stop();
      await post?.stop();
    });
    afterAll(() => authority?.remove());

    const subjectsTo = (address: string) =>
      post.letters.filter(({ to }) => to.includes(address)).map(subjectOf);
    const letter = async (address: string, subject: string) => {
      const found = () =>
        post.letters.filter((each) => each.to.includes(address) && subjectOf(each) === subject);
      const [first] = await eventually(found, (letters) => letters.length > 0);
      return first as CaughtLetter;
    };

    async function fires(alertname: string, severity: string, until?: Date): Promise<void> {
      const annotations = {
        summary: `${alertname} is the matter`,
        runbook_url: 'https://git.example/runbook',
      };
      const alert = { labels: { alertname, severity }, annotations, ...(until && { endsAt: until }) };
      const { statusCode } = await request(`${alertmanager.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([alert]),
      });
      expect(statusCode).toBe(200);
    }

    it('writes by TLS and password to the operators, and wakes nobody, where something only gets worse', async () => {
      await fires('DeadLetters', 'warning');
      const found = await letter(OPERATORS, '[FIRING] DeadLetters');
      expect(found.from).toBe('onrush@tickets.example');
      expect(bodyOf(found)).toMatch(
        /DeadLetters is the matter\r?\nsince 2\S+ .*\r?\nhttps:\/\/git\.example\/runbook/,
      );
      expect(found.text).not.toContain('text/html');
      expect(subjectsTo(ON_CALL)).not.toContain('[FIRING] DeadLetters');
    });

    it('says nothing of what a missing node explains until the node is back', async () => {
      await fires('NoNode', 'critical');
      await letter(ON_CALL, '[FIRING] NoNode');
      await fires('NodeDown', 'critical');
      await fires('MemoryGrows', 'warning');
      await letter(OPERATORS, '[FIRING] MemoryGrows');
      expect(subjectsTo(ON_CALL)).not.toContain('[FIRING] NodeDown');
      await fires('NoNode', 'critical', new Date());
      await letter(ON_CALL, '[RESOLVED] NoNode');
      await letter(ON_CALL, '[FIRING] NodeDown');
    });

    it.runIf(componentPresent('prometheus'))(
      'wakes who is on call when a rule of a real Prometheus fires, with the page to read, and says when it is over',
      async () => {
        let oversold = 1;
        const node = createServer((_, answer) => answer.end(`oversell_total ${oversold}\n`));
        await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
        const { port } = node.address() as AddressInfo;
        const around = { node: `127.0.0.1:${port}`, alertmanager: new URL(alertmanager.url).host };
        const prometheus = await prometheusServer(around);
        try {
          const fired = await letter(ON_CALL, '[FIRING] Oversell');
          expect(bodyOf(fired)).toContain('A seat has two owners');
          expect(bodyOf(fired)).toContain('https://git.example/onrush/docs/runbook.md#oversell');
          oversold = 0;
          const over = await letter(ON_CALL, '[RESOLVED] Oversell');
          expect(bodyOf(over)).toContain('A seat has two owners');
        } finally {
          await prometheus.stop();
          node.close();
        }
      },
    );
  },
);
