// Fetches the Kafka that the tests start, once for each of its versions: Maven copies it and what it needs into a folder
// outside of the repository. Needs Java 17 and Maven. Where the folder is, is said on standard output.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KAFKA_JARS } from '../test/backends/kafka/jars.mjs';

const pom = fileURLToPath(new URL('../test/backends/kafka/pom.xml', import.meta.url));

if (!existsSync(KAFKA_JARS)) {
  mkdirSync(dirname(KAFKA_JARS), { recursive: true });
  // Copied beside it and then renamed, so that a copy that was broken off is never taken for a whole one.
  const half = mkdtempSync(`${KAFKA_JARS}-`);
  const { status } = spawnSync(
    'mvn',
    [
      ...['-q', '-B', '-ntp', '-f', pom, 'dependency:copy-dependencies'],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${half}`],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status === 0) renameSync(half, KAFKA_JARS);
  else {
    rmSync(half, { recursive: true, force: true });
    process.exit(1);
  }
}
console.log(KAFKA_JARS);
