/** What GET /metrics said, to be asked questions. */
export interface Exposition {
  /** Of all metrics, also of those that have no value yet. */
  readonly names: ReadonlySet<string>;
  /** How many values there are. */
  readonly series: number;
  /** The sum of all values of a metric with these labels; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const SAMPLE = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads the text format of Prometheus. Throws at a line that it does not allow. */
export function expositionOf(text: string): Exposition {
  const names = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, described] = /^# TYPE (\S+) /.exec(line) ?? [];
    if (described) names.add(described);
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    if (!name) throw new Error(`no sample: ${line}`);
    const pairs = [...labels.matchAll(LABEL)].map(([, key = '', word = '']) => [key, word]);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return {
    names,
    series: samples.length,
    value(name, labels = {}) {
      const wanted = Object.entries(labels);
      const found = samples.filter(
        (sample) => sample.name === name && wanted.every(([key, word]) => sample.labels[key] === word),
      );
      return found.length === 0 ? undefined : found.reduce((sum, sample) => sum + sample.value, 0);
    },
  };
}

/** The metrics that a query of Prometheus asks for. */
export function metricsIn(query: string): string[] {
  const bare = query
    .replace(/"(?:[^"\\]|\\.)*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/(?<![\w.:])([a-z_][\w:]*)(?!\s*\(|[\w:])/gi)]
    .map(([, name = '']) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'offset'].includes(name));
}
