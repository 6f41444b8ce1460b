/**
 * The formulas of `seed-history.ts`, in DuckDB's SQL: expressions over the columns of its table `model` (`m`) and the sample's `t` (its cycle) and `s` (when the
 * kubelet looked, up to 15 s before). What makes them believable:
 * - CPU time is the integral of the simulator's curve (a daily wave, a ripple of minutes, bursts) with a tremble of 9 s of mean use, so that rates
 *   vary by about a fifth from minute to minute; it is whole nanoseconds, and rates are quotients of two readings, with all their digits.
 * - Memory comes in pages. Of half of the objects it moves only every ten minutes, of the rest by up to a hundredth every minute; the page cache grows in steps.
 * - Faults and network bytes are counters that go with the CPU time, each with a tremble of its own.
 *   Errors, swap and most pressure are zero; pods on their node's network have none of their own, as kubelets tell it.
 * - Containers' file systems are their node's: free bytes and inodes are the same for all of them and move every minute; what a container itself uses is
 *   constant for six of ten and grows by blocks for the others, with logs that are rotated.
 * - Requests, limits, capacities and start times stay.
 */
export const MACROS = [
  `CREATE TEMP MACRO noise(object_id, ms, key) AS (hash(object_id, ms, key) % 1000003) / 1000003.0`,
  `CREATE TEMP MACRO waves(ms, day, day_phase, ripple, ripple_period, ripple_phase) AS
     -day * 13750.987 * cos(6.283185307 * ((ms + day_phase) % 86400000) / 86400000)
     - ripple * (ripple_period / 6283.185307) * cos(6.283185307 * ((ms + ripple_phase) % ripple_period) / ripple_period)`,
  `CREATE TEMP MACRO burst_seconds(ms, burst_ms, period, phase) AS
     (floor((ms - phase) / period) * burst_ms + least((ms - phase) % period, burst_ms)) / 1000`,
  `CREATE TEMP MACRO cpu_seconds(m, ms, key) AS
     m.base * ((ms - m.start_ms) / 1000.0 + waves(ms, m.day, m.day_phase, m.ripple, m.ripple_period, m.ripple_phase) + 20000
       + 9 * noise(m.object_id, ms, key))
     + m.burst * burst_seconds(ms, m.burst_ms, m.burst_period, m.burst_phase)
     - m.burst * burst_seconds(m.start_ms, m.burst_ms, m.burst_period, m.burst_phase)`,
  `CREATE TEMP MACRO level(m, ms) AS
     m.memory * (1 + m.memory_day * sin(6.283185307 * ((ms + m.memory_phase) % 86400000) / 86400000))`,
  `CREATE TEMP MACRO calm(m, ms) AS CASE WHEN m.temper < 50 THEN ms - ms % 600000 ELSE ms END`,
  `CREATE TEMP MACRO pages(m, ms, share, key) AS
     4096 * floor(share * level(m, calm(m, ms)) * (1 + 0.01 * noise(m.object_id, calm(m, ms), key)) / 4096)`,
  `CREATE TEMP MACRO node_used(m, ms) AS 4096 * floor((45e9 + 3000.0 * (ms % 86400000) / 1000 + 2e7 * noise(m.node, ms, 'fs')) / 4096)`,
  `CREATE TEMP MACRO written(m, ms) AS 49152 + 4096 * floor((m.writes * (ms - m.start_ms) / 1000.0) % 10485760 / 4096)`,
];

/** What a counter is at a moment; those that are absent here never count. */
const COUNTERS: Readonly<Record<string, (at: string) => string>> = {
  'cpu/usage': (at) => `floor(1e9 * cpu_seconds(m, ${at}, 'cpu'))`,
  'memory/page_faults': (at) => `floor(2000 + 800 * cpu_seconds(m, ${at}, 'faults'))`,
  'memory/major_page_faults': (at) => `floor(0.0005 * cpu_seconds(m, ${at}, 'major'))`,
  'network/rx': (at) => `floor(m.rx * cpu_seconds(m, ${at}, 'rx'))`,
  'network/tx': (at) => `floor(m.tx * cpu_seconds(m, ${at}, 'tx'))`,
  'interface/rx': (at) => `floor(m.rx * cpu_seconds(m, ${at}, 'rx'))`,
  'interface/tx': (at) => `floor(m.tx * cpu_seconds(m, ${at}, 'tx'))`,
  'cpu/psi_some': (at) =>
    `1000 * floor(CASE WHEN m.temper % 10 < 4 THEN 2e4 * cpu_seconds(m, ${at}, 'wait') ELSE 0 END)`,
  'cpu/psi_full': (at) =>
    `1000 * floor(CASE WHEN m.temper % 10 < 4 THEN 1e4 * cpu_seconds(m, ${at}, 'full') ELSE 0 END)`,
  'io/psi_some': (at) => `1000 * floor(CASE WHEN m.temper % 10 < 2 THEN 1e3 * cpu_seconds(m, ${at}, 'io') ELSE 0 END)`,
  'io/psi_full': (at) => `1000 * floor(CASE WHEN m.temper % 10 < 2 THEN 8e2 * cpu_seconds(m, ${at}, 'iof') ELSE 0 END)`,
};

/** Of which counter a rate is, and in how many units of it a second. */
const RATES: Readonly<Record<string, readonly [counter: string, factor: number]>> = {
  'cpu/usage_rate': ['cpu/usage', 1e-6],
  'memory/page_faults_rate': ['memory/page_faults', 1],
  'memory/major_page_faults_rate': ['memory/major_page_faults', 1],
  'network/rx_rate': ['network/rx', 1],
  'network/tx_rate': ['network/tx', 1],
  'interface/rx_rate': ['interface/rx', 1],
  'interface/tx_rate': ['interface/tx', 1],
  'cpu/psi_some_rate': ['cpu/psi_some', 1e-9],
  'cpu/psi_full_rate': ['cpu/psi_full', 1e-9],
  'io/psi_some_rate': ['io/psi_some', 1e-9],
  'io/psi_full_rate': ['io/psi_full', 1e-9],
};

const USAGE = `(pages(m, s, 1, 'ws') + 4096 * floor(m.memory * 0.12 * (1 + 0.2 * noise(m.object_id, s // 3600000, 'cache')) / 4096))`;
const CPU_RATE = rate('cpu/usage_rate');

const LEVELS: Readonly<Record<string, string>> = {
  uptime: 's - m.start_ms',
  start_time: 'm.start_ms',
  restart_count: 'm.temper % 3',
  'process/count': `1 + m.temper % 7 + CASE WHEN m.temper > 80 THEN floor(3 * noise(m.object_id, s // 3600000, 'process')) ELSE 0 END`,
  'process/limit': '4194304',
  'cpu/request': 'm.cpu_request',
  'cpu/limit': 'CASE WHEN m.cpu_request > 0 THEN 2 * m.cpu_request END',
  'cpu/node_capacity': '16000',
  'cpu/node_allocatable': '15800',
  'cpu/node_utilization': `${CPU_RATE} / 15800`,
  'cpu/node_reservation': '(4000 + 10 * m.node) / 15800.0',
  'cpu/node_usage_rate': `1.1 * ${CPU_RATE}`,
  'cpu/system_usage_rate': `0.1 * ${CPU_RATE}`,
  'memory/working_set': `pages(m, s, 1, 'ws')`,
  'memory/usage': USAGE,
  'memory/rss': `pages(m, s, 0.8, 'rss')`,
  'memory/available': `CASE WHEN m.memory_limit > 0 THEN m.memory_limit - pages(m, s, 1, 'ws') END`,
  'memory/request': 'm.memory_request',
  'memory/limit': 'CASE WHEN m.memory_limit > 0 THEN m.memory_limit END',
  'memory/node_capacity': '68719476736',
  'memory/node_allocatable': '67645734912',
  'memory/node_utilization': `${USAGE} / 67645734912.0`,
  'memory/node_reservation': '(2e10 + 1e8 * m.node) / 67645734912.0',
  'memory/node_usage': `1.1 * ${USAGE}`,
  'memory/node_working_set': `floor(1.1 * pages(m, s, 1, 'ws'))`,
  'memory/system_working_set': `floor(0.1 * pages(m, s, 1, 'ws'))`,
  'swap/usage': '0',
  'ephemeral_storage/usage': 'written(m, s) + 49152',
  'ephemeral_storage/request': '0',
  'ephemeral_storage/node_capacity': '214748364800',
  'ephemeral_storage/node_allocatable': '193273528320',
  'ephemeral_storage/node_utilization': 'node_used(m, t) / 193273528320.0',
  'ephemeral_storage/node_reservation': '0.0',
  'filesystem/usage': `CASE WHEN m.type = 'node' THEN node_used(m, t) WHEN m.type = 'pod' THEN 12288 ELSE written(m, s) END`,
  'filesystem/limit': `CASE WHEN m.type = 'pod' THEN 67645734912 ELSE 214748364800 END`,
  'filesystem/available': `CASE WHEN m.type = 'pod' THEN 67645722624 ELSE 214748364800 - node_used(m, t) END`,
  'filesystem/inodes': `CASE WHEN m.type = 'pod' THEN 8257536 ELSE 13107200 END`,
  'filesystem/inodes_free': `CASE WHEN m.type = 'pod' THEN 8257527 ELSE 12800000 - floor(200 * noise(m.node, t, 'inodes')) END`,
  'filesystem/inodes_used': `CASE WHEN m.type = 'pod' THEN 9 WHEN m.type = 'node' THEN 307200 + floor(200 * noise(m.node, t, 'inodes')) ELSE 12 + m.temper % 30 END`,
};

/** The SQL of a metric's value; undefined for one that stays unknown (nothing reports it here). */
export function formula(metric: string): string | undefined {
  if (metric.startsWith('network/')) return `CASE WHEN m.rx > 0 THEN ${moving(metric) ?? '0'} END`;
  return moving(metric) ?? steady(metric);
}

function moving(metric: string): string | undefined {
  return COUNTERS[metric]?.('s') ?? (RATES[metric] && rate(metric));
}

function steady(metric: string): string | undefined {
  if (/_errors(_rate)?$|psi_/.test(metric)) return '0';
  return LEVELS[metric];
}

function rate(metric: string): string {
  const [counter = '', factor = 1] = RATES[metric] ?? [];
  const at = COUNTERS[counter];
  return at ? `greatest(0, (${at('s')} - ${at('before')}) / (s - before) * 1000 * ${factor})` : '0';
}
