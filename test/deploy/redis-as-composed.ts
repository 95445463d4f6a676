import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editFile } from '../backends/edited-file.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { killed } from '../backends/servers/killed.ts';
import { DEPLOY } from './as-composed.ts';

const REDIS = process.env.REDIS_SERVER_PATH ?? '/usr/bin/redis-server';

/** Redis as compose.cluster.yml calls it, with deploy/redis, on a port and in a folder of its own. */
export async function redisAsComposed(
  password: string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-redis-'));
  const file = join(folder, 'redis.conf');
  cpSync(`${DEPLOY}/redis/redis.conf`, file);
  editFile(file, [/^dir \/data$/m, `dir ${folder}`], [/^bind .*$/m, 'bind 127.0.0.1']);
  const port = await freePort();
  const words = [file, '--requirepass', password, '--port', `${port}`];
  const redis = spawn(REDIS, words, { stdio: 'ignore' });
  const endWithUs = () => void redis.kill('SIGKILL');
  process.once('exit', endWithUs);
  return {
    port,
    async stop() {
      const ended = redis.exitCode;
      await killed(redis, 'SIGTERM');
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true });
      if (ended !== null) throw new Error(`Redis ended with ${ended}`);
    },
  };
}
