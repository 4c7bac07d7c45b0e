/**
 * Times `svc2ipt compile` on 1,000 and 10,000 Services with ten endpoints each, the floor below which no compiler of
 * the larger input gets, and `svc2ipt diff` on dumps of about 11,000 and 110,000 rules. Runs take turns, so that a
 * slow spell of the machine hits all alike; medians are printed, and ratios of what was measured in this one run.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterJson } from './generate.js';

const ROUNDS = 5;
const SIZES = [1_000, 10_000];
const DUMP_SIZES = [250, 2_500];
const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-bench-'));

const input = (size) => join(folder, `${size}.json`);
const output = (size) => join(folder, `${size}.save`);

function run(script, ...words) {
  const text = execFileSync(process.execPath, [join(import.meta.dirname, script), ...words], {
    encoding: 'utf8',
  });
  const result = JSON.parse(text.trimEnd().split('\n').at(-1));
  if (result.code !== 0) throw new Error(`${script} ended with ${result.code}`);
  return result;
}

const SETTINGS = ['--node-name', 'node-1', '--cluster-cidr', '10.128.0.0/9'];
const compile = (size) =>
  run('run-command.js', 'compile', '-f', input(size), '-o', output(size), ...SETTINGS);
const diff = (size) => run('run-command.js', 'diff', '-f', input(size), '--live', output(size), ...SETTINGS);
const floor = (size) => run('run-floor.js', input(size), output(size), join(folder, 'floor.save'));

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

try {
  for (const size of [...SIZES, ...DUMP_SIZES]) writeFileSync(input(size), clusterJson(size));
  for (const size of DUMP_SIZES) compile(size);
  const samples = { small: [], large: [], floor: [], smallDump: [], largeDump: [] };
  for (let round = 0; round < ROUNDS; round++) {
    samples.small.push(compile(SIZES[0]));
    samples.large.push(compile(SIZES[1]));
    samples.floor.push(floor(SIZES[1]));
    samples.smallDump.push(diff(DUMP_SIZES[0]));
    samples.largeDump.push(diff(DUMP_SIZES[1]));
  }
  const time = (which) => median(samples[which].map((sample) => sample.milliseconds));
  const peak = (which) => Math.max(...samples[which].map((sample) => sample.peak));
  const line = (label, value) => console.log(`${label.padEnd(52)} ${value}`);
  const megabytes = (path) => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
  line('input, 10,000 Services and 100,000 endpoints', megabytes(input(SIZES[1])));
  line('output', megabytes(output(SIZES[1])));
  line('compile 1,000 Services, median of 5', `${time('small').toFixed(0)} ms`);
  line('compile 10,000 Services, median of 5', `${time('large').toFixed(0)} ms`);
  line('10x the input takes', `${(time('large') / time('small')).toFixed(1)}x the time`);
  line('peak memory, largest of 5', `${peak('large').toFixed(0)} MiB`);
  line('floor: read, JSON.parse, one SHA-256 a chain, write', `${time('floor').toFixed(0)} ms`);
  line('compile takes', `${(time('large') / time('floor')).toFixed(1)}x the floor`);
  line('diff of 11,000 rules, median of 5', `${time('smallDump').toFixed(0)} ms`);
  line('diff of 110,000 rules, median of 5', `${time('largeDump').toFixed(0)} ms`);
  line('10x the rules take', `${(time('largeDump') / time('smallDump')).toFixed(1)}x the time`);
} finally {
  rmSync(folder, { recursive: true });
}
