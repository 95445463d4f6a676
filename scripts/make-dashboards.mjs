// Makes deploy/grafana/dashboards/*.json: `node scripts/make-dashboards.mjs`; a test holds them equal to what this makes.
// Figures of the whole sale are the same on every node, so the highest counts; figures of a process are added up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../deploy/grafana/dashboards', import.meta.url));
const WIDTH = 24;
const rate = (metric, by = '') => `sum${by && ` by (${by})`}(rate(${metric}[1m]))`;
const whole = (metric, by) => `max by (${by}) (${metric})`;
const quantile = (share, metric, by = 'le') =>
  `histogram_quantile(${share}, sum by (${by}) (rate(${metric}_bucket[1m])))`;
const spread = (metric) =>
  ['0.5', '0.95', '0.99'].map((share) => [quantile(share, metric), `p${share.slice(2).padEnd(2, '0')}`]);

/** A number to be read from across the room. `bad` is where it turns red. */
const figure = (title, expr, { unit = 'short', bad } = {}) => ({
  kind: 'stat',
  title,
  queries: [[expr, '']],
  unit,
  bad,
});
/** Lines over time: pairs of a query and how its lines are called. */
const lines = (title, queries, { unit = 'short', stacked = false } = {}) => ({
  kind: 'timeseries',
  title,
  queries,
  unit,
  stacked,
});

const DASHBOARDS = {
  'sale-night': {
    title: 'Sale night',
    panels: [
      figure('Seats left', 'max(seats{state="AVAILABLE"})'),
      figure('Sold per second', 'max(rate(sales_total[1m]))'),
      figure('In line', 'sum(max by (lane) (waiting_room_waiting))'),
      figure('p95 of the answers', 'onrush:latency:p95', { unit: 's', bad: 0.3 }),
      figure('Errors of ours', 'onrush:errors:ratio5m', { unit: 'percentunit', bad: 0.005 }),
      figure('Sold twice', 'max(oversell_total)', { bad: 1 }),
      lines('Seats by state', [[whole('seats', 'state'), '{{state}}']], { stacked: true }),
      lines('Held, sold, lapsed per second', [
        ['max(rate(holds_total[1m]))', 'held'],
        ['max(rate(sales_total[1m]))', 'sold'],
        ['max(rate(hold_expiries_total[1m]))', 'lapsed'],
      ]),
      lines('Requests per second by status', [['onrush:requests_by_status:rate1m', '{{status}}']], {
        stacked: true,
      }),
      lines('Refused per second, by reason', [[`topk(8, ${rate('refusals_total', 'code')})`, '{{code}}']]),
      lines('People', [
        ['sum(max by (lane) (waiting_room_waiting))', 'in line'],
        ['sum(max by (lane) (waiting_room_active))', 'inside'],
        ['sum(streams_open)', 'open streams'],
      ]),
      lines('Nodes', [
        ['sum(up{job="onrush"})', 'that answer'],
        ['min by (backend) (backend_up)', '{{backend}} up'],
      ]),
    ],
  },
  engine: {
    title: 'Engine',
    panels: [
      lines('Duration of a commit', spread('commit_seconds'), { unit: 's' }),
      lines('Commands in one commit', spread('commit_commands')),
      lines('Commits per second', [[rate('commit_seconds_count', 'instance'), '{{instance}}']]),
      lines('Outbox: age of the oldest message', [['max(outbox_age_seconds)', 'age']], { unit: 's' }),
      lines('Messages', [
        ['max(outbox_waiting)', 'that wait'],
        ['max(dead_letters)', 'that were given up'],
      ]),
      lines('Event loop, how late (p99)', [['nodejs_eventloop_lag_p99_seconds', '{{instance}}']], {
        unit: 's',
      }),
      lines('Processor time', [['rate(process_cpu_seconds_total[1m])', '{{instance}}']], {
        unit: 'percentunit',
      }),
      lines('Memory', [['process_resident_memory_bytes', '{{instance}}']], { unit: 'bytes' }),
      lines(
        'Collector, share of the time',
        [[rate('nodejs_gc_duration_seconds_sum', 'instance, kind'), '{{instance}} {{kind}}']],
        {
          unit: 'percentunit',
        },
      ),
      lines(
        'p95 of the busiest routes',
        [['topk(10, onrush:latency_by_route:p95)', '{{method}} {{route}}']],
        { unit: 's' },
      ),
      lines('Invariants found broken', [
        [whole('invariant_violations_total', 'invariant'), 'invariant {{invariant}}'],
      ]),
    ],
  },
  queue: {
    title: 'Queue and waiting room',
    panels: [
      lines('In line, by lane', [[whole('waiting_room_waiting', 'lane'), '{{lane}}']], { stacked: true }),
      lines('Let in per minute, by lane', [[whole('waiting_room_admitted_per_minute', 'lane'), '{{lane}}']]),
      lines('Called and inside', [
        ['sum(max by (lane) (waiting_room_ready))', 'called'],
        ['sum(max by (lane) (waiting_room_active))', 'inside'],
      ]),
      lines('The first in line has waited', [['max(waiting_room_age_seconds)', 'age']], { unit: 's' }),
      lines('Requests that wait, by lane', [[whole('request_queue_waiting', 'lane'), '{{lane}}']], {
        stacked: true,
      }),
      lines('Requests with a worker', [[whole('request_queue_claimed', 'lane'), '{{lane}}']]),
      lines('The next request has waited', [['max(request_queue_age_seconds)', 'age']], { unit: 's' }),
      lines('Turned away per second', [
        [
          `sum by (code) (rate(refusals_total{code=~"QUEUE_FULL|REQUEST_LIMIT|ROOM_FULL|ADMISSION_.*"}[1m]))`,
          '{{code}}',
        ],
      ]),
    ],
  },
  money: {
    title: 'Money',
    panels: [
      figure('Breaker open', 'max(payment_breaker{state="open"})', { bad: 1 }),
      figure('Pace of payments', 'min(payment_pace)', { unit: 'percentunit' }),
      figure('Orders that should have been driven on', 'max(orders_due)', { bad: 100 }),
      lines('The provider takes (p95)', [['onrush:provider:p95', '{{operation}}']], { unit: 's' }),
      lines('Asked per second', [
        [rate('payment_provider_seconds_count', 'operation, outcome'), '{{operation}} {{outcome}}'],
      ]),
      lines('Payments refused per second', [
        [`sum by (code) (rate(refusals_total{code=~"PAYMENT_.*|SEATS_LOST|BOOKING_.*"}[1m]))`, '{{code}}'],
      ]),
      lines('Longest due order', [['max(orders_due_age_seconds)', 'due for']], { unit: 's' }),
      lines('Seats being paid for', [['max(seats{state="PAYING"})', 'seats']]),
      lines('Breaker', [['max by (state) (payment_breaker)', '{{state}}']]),
    ],
  },
  'real-time': {
    title: 'Real time',
    panels: [
      figure('Open streams', 'sum(streams_open)'),
      figure('Of the fullest node', 'max(streams_open / streams_max)', { unit: 'percentunit', bad: 0.9 }),
      figure('Shown late (p99)', 'onrush:map_delay:p99', { unit: 's', bad: 1 }),
      lines('From a change to those who watch', spread('map_delay_seconds'), { unit: 's' }),
      lines('Streams, by node', [['streams_open', '{{instance}}']]),
      lines('Who watches what', [
        ['sum(map_watchers)', 'maps'],
        ['sum(waiting_room_watchers)', 'waiting rooms'],
      ]),
    ],
  },
  slo: {
    title: 'Objectives',
    panels: [
      figure('Errors, 6 h (objective 0.5 %)', 'onrush:errors:ratio6h', { unit: 'percentunit', bad: 0.005 }),
      figure('Slower than 300 ms, 1 h (objective 5 %)', 'onrush:slow:ratio1h', {
        unit: 'percentunit',
        bad: 0.05,
      }),
      figure('Sold twice (objective 0)', 'max(oversell_total)', { bad: 1 }),
      lines(
        'Errors of ours',
        [
          ['onrush:errors:ratio5m', '5 min'],
          ['onrush:errors:ratio1h', '1 h'],
          ['onrush:errors:ratio6h', '6 h'],
        ],
        { unit: 'percentunit' },
      ),
      lines(
        'Answers slower than 300 ms',
        [
          ['onrush:slow:ratio5m', '5 min'],
          ['onrush:slow:ratio1h', '1 h'],
        ],
        { unit: 'percentunit' },
      ),
      lines('Latency of all answers', spread('http_request_duration_seconds'), { unit: 's' }),
      lines('How fast the budget of the month burns', [['onrush:errors:ratio1h / 0.005', 'times']]),
    ],
  },
};

/** The files by name, as they stand in the folder. */
export function dashboardFiles() {
  return Object.fromEntries(
    Object.entries(DASHBOARDS).map(([name, dashboard]) => [
      `${name}.json`,
      `${JSON.stringify(dashboardOf(name, dashboard), undefined, 2)}\n`,
    ]),
  );
}

function dashboardOf(name, { title, panels }) {
  return {
    uid: `onrush-${name}`,
    title: `Onrush: ${title}`,
    tags: ['onrush'],
    schemaVersion: 39,
    editable: false,
    refresh: '5s',
    time: { from: 'now-30m', to: 'now' },
    links: [{ type: 'dashboards', tags: ['onrush'], title: 'Onrush', asDropdown: true }],
    annotations: { list: [] },
    templating: { list: [] },
    panels: placed(panels).map(panelOf),
  };
}

/** Figures share rows of their own, lines stand in pairs. */
function placed(panels) {
  const figures = panels.filter(({ kind }) => kind === 'stat');
  const width = Math.floor(WIDTH / Math.max(figures.length, 1));
  const top = figures.length > 0 ? 4 : 0;
  let line = 0;
  return panels.map((panel) => {
    if (panel.kind === 'stat')
      return { ...panel, gridPos: { x: figures.indexOf(panel) * width, y: 0, w: width, h: top } };
    const gridPos = { x: (line % 2) * 12, y: top + Math.floor(line / 2) * 8, w: 12, h: 8 };
    line++;
    return { ...panel, gridPos };
  });
}

function panelOf({ kind, title, queries, unit, stacked, bad, gridPos }, index) {
  const datasource = { type: 'prometheus', uid: 'onrush-prometheus' };
  const steps = [
    { color: 'green', value: null },
    ...(bad === undefined ? [] : [{ color: 'red', value: bad }]),
  ];
  const custom = {
    fillOpacity: stacked ? 40 : 8,
    showPoints: 'never',
    ...(stacked && { stacking: { mode: 'normal' } }),
  };
  return {
    id: index + 1,
    type: kind,
    title,
    datasource,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        ...(kind === 'timeseries' && { custom }),
      },
      overrides: [],
    },
    options:
      kind === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'background', graphMode: 'area' }
        : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(([expr, legendFormat], query) => ({
      refId: String.fromCharCode(65 + query),
      datasource,
      expr,
      legendFormat,
    })),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [file, text] of Object.entries(dashboardFiles())) writeFileSync(`${FOLDER}/${file}`, text);
}
