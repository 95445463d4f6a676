import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { KAFKA_JARS } from '../kafka/jars.mjs';
import { type TcpProxy, tcpProxy } from '../tcp-proxy.ts';
import type { Certificate } from './certificates.ts';
import { freePort } from './free-port.ts';
import { killed } from './killed.ts';

const JAVA = process.env.JAVA_PATH ?? '/usr/bin/java';
const START_MILLIS = 150_000;
export const KAFKA_LOGIN = { mechanism: 'PLAIN', username: 'onrush', password: 'secret' } as const;
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';

/** Why no private Kafka can be started here. */
export function kafkaAbsent(): string | undefined {
  if (!existsSync(JAVA)) return `no Java at ${JAVA}: set JAVA_PATH`;
  return existsSync(KAFKA_JARS) ? undefined : `no Kafka in ${KAFKA_JARS}: run node scripts/fetch-kafka.mjs`;
}

/** One broker of its own, which is its own controller, on free loopback ports, in a temporary folder. */
export interface KafkaServer {
  /** host:port */
  readonly broker: string;
  /** The same, for whoever logs in as KAFKA_LOGIN, by PLAIN. */
  readonly guarded: string;
  /** Where it speaks nothing but TLS; undefined without a certificate. */
  readonly secured: string | undefined;
  /** Other ways to it; their ports are addresses of the broker. */
  readonly ways: readonly TcpProxy[];
  /** SIGKILL, and waits for the end. What it had acknowledged is in its folder. */
  kill(): Promise<void>;
  /** Starts it again at the same place, on its data. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Starts or thaws it, where a test that failed left it dead or frozen, and heals its ways. */
  recover(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Each way is an address of the broker of its own, with a proxy before it: who connects there is sent to no other
 * address, and so can be cut off alone.
 */
export async function kafkaServer({
  ways = 0,
  configuration,
  secured,
}: {
  ways?: number;
  /** Path of a server.properties that says everything but the addresses; nobody logs in there. */
  configuration?: string;
  /** `called` is the name under which it sends clients on to itself. */
  secured?: { certificate: Certificate; called: string };
} = {}): Promise<KafkaServer> {
  const [port, controller, guarded] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'onrush-kafka-'));
  const properties = join(folder, 'server.properties');
  const behind: { port: number; proxy: TcpProxy }[] = [];
  for (let way = 0; way < ways; way++) {
    const target = { host: '127.0.0.1', port: await freePort() };
    behind.push({ port: target.port, proxy: await tcpProxy(target) });
  }
  const tlsPort = secured && (await freePort());
  const all = {
    ...(configuration === undefined
      ? propertiesOf({ port, controller, guarded, folder, behind })
      : propertiesIn(configuration, addressesOf({ port, controller, folder }))),
    ...(secured && tlsPort && inFiles(folder, secured.certificate)),
  };
  if (secured && tlsPort) addListener(all, { port: tlsPort, called: secured.called });
  writeFileSync(
    properties,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties];
  await promisify(execFile)(JAVA, [...javaWords(64), ...format], { cwd: folder, timeout: START_MILLIS });
  const tls = tlsPort === undefined ? undefined : `127.0.0.1:${tlsPort}`;
  return serverIn(folder, {
    port,
    guarded,
    secured: tls,
    properties,
    ways: behind.map(({ proxy }) => proxy),
  });
}

function inFiles(folder: string, { caFile, certFile, keyFile }: Certificate): Record<string, string> {
  const store = join(folder, 'keystore.pem');
  writeFileSync(store, readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8'));
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': store,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
  };
}

/** One more address, over TLS. */
function addListener(
  properties: Record<string, string>,
  { port, called }: { port: number; called: string },
): void {
  properties.listeners += `,SECURED://127.0.0.1:${port}`;
  properties['advertised.listeners'] += `,SECURED://${called}:${port}`;
  properties['listener.security.protocol.map'] += ',SECURED:SSL';
}

interface Place {
  port: number;
  controller: number;
  guarded: number;
  folder: string;
  behind: readonly { port: number; proxy: TcpProxy }[];
}

function addressesOf({ port, controller, folder }: Pick<Place, 'port' | 'controller' | 'folder'>) {
  return {
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(folder, 'data'),
  };
}

/** What a file says, with other addresses; each of them must be said there. */
function propertiesIn(file: string, addresses: Record<string, string>): Record<string, string> {
  const lines = readFileSync(file, 'utf8').matchAll(/^([\w.]+)=(.*)$/gm);
  const said = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
  for (const name of Object.keys(addresses)) if (!(name in said)) throw new Error(`${file} has no ${name}`);
  return { ...said, ...addresses };
}

/** Everything is one replica, and nothing waits for others. */
function propertiesOf({ port, controller, guarded, folder, behind }: Place): Record<string, string> {
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, `GUARDED://127.0.0.1:${guarded}`];
  const advertised = [...listeners];
  for (const [way, { port: own, proxy }] of behind.entries()) {
    listeners.push(`WAY${way}://127.0.0.1:${own}`);
    advertised.push(`WAY${way}://127.0.0.1:${proxy.port}`);
  }
  const names = ['PLAINTEXT', 'CONTROLLER', ...behind.map((_, way) => `WAY${way}`)];
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(),
    'advertised.listeners': advertised.join(),
    'listener.security.protocol.map': [
      ...names.map((name) => `${name}:PLAINTEXT`),
      'GUARDED:SASL_PLAINTEXT',
    ].join(),
    'listener.name.guarded.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.guarded.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${KAFKA_LOGIN.username}="${KAFKA_LOGIN.password}";`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
  };
}

function javaWords(megabytes: number): string[] {
  return [`-Xmx${megabytes}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(KAFKA_JARS, '*')];
}

function serverIn(
  folder: string,
  {
    port,
    guarded,
    secured,
    properties,
    ways,
  }: {
    port: number;
    guarded: number;
    secured: string | undefined;
    properties: string;
    ways: readonly TcpProxy[];
  },
): Promise<KafkaServer> {
  let child: ChildProcess | undefined;
  const kill = async () => {
    const running = child;
    child = undefined;
    await killed(running);
  };
  const endWithUs = () => void child?.kill('SIGKILL');
  process.once('exit', endWithUs);
  const log = join(folder, 'log');
  const start = async () => {
    const started = spawn(
      'sh',
      ['-c', 'exec "$@" > "$LOG" 2>&1', 'sh', JAVA, ...javaWords(256), 'kafka.Kafka', properties],
      {
        cwd: folder,
        env: { ...process.env, LOG: log },
        stdio: 'ignore',
      },
    );
    child = started;
    const end = performance.now() + START_MILLIS;
    while (!(await answers(port))) {
      if (started.exitCode !== null || performance.now() > end)
        throw new Error(`Kafka does not start: ${readFileSync(log, 'utf8').slice(-1_000)}`);
      await delay(100);
    }
  };
  const thaw = () => void child?.kill('SIGCONT');
  const server: KafkaServer = {
    broker: `127.0.0.1:${port}`,
    guarded: `127.0.0.1:${guarded}`,
    secured,
    ways,
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw,
    async recover() {
      for (const way of ways) way.heal();
      await (child ? thaw() : start());
    },
    async stop() {
      await Promise.all(ways.map((way) => way.close()));
      await kill();
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return start().then(
    () => server,
    async (error: unknown) => {
      await server.stop();
      throw error;
    },
  );
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection({ host: '127.0.0.1', port });
    probe.once('error', () => resolve(false));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}
