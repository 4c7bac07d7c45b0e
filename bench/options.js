/** The command line of the benchmark. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  commandMeasures,
  compileMeasures,
  dumpMeasures,
  parseShape,
  SHAPES,
  startMeasures,
} from './measures.js';
import { HERE } from './revision.js';

export const USAGE = `Usage: npm run bench -- [options]

Builds svc2ipt, measures it on clusters of several sizes, and prints tables. Everything takes a while.

Options:
  --only GROUP[/SHAPE]  only this group (start, compile, commands, dumps), on this shape of cluster: SERVICESxENDPOINTS
                        with the endpoints of each Service, as 1000x10, and -clusterip for Services without node ports;
                        repeatable
  --measure WORDS       only measures with these words in their names, as JSON, and their floors
  --rounds NUMBER       samples of each measure (5)
  --against REV         also measures this revision of git, which is built beside
  --json FILE           also writes the figures to this file
  -h, --help            prints this

Example:
  npm run bench -- --only compile/1000x10 --measure JSON --rounds 3`;

const GROUPS = [
  { name: 'start', shapes: ['1x1'], measuresOf: startMeasures },
  { name: 'compile', shapes: SHAPES.compile, measuresOf: compileMeasures },
  { name: 'commands', shapes: SHAPES.commands, measuresOf: commandMeasures },
  { name: 'dumps', shapes: SHAPES.dumps, measuresOf: dumpMeasures },
];

const OPTIONS = {
  only: { type: 'string', multiple: true },
  measure: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  against: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

/** A mistake of the command line, told in words. */
export class UsageError extends Error {}

/** Reads the command line. Throws {@link UsageError} before anything is built or measured. */
export function readOptions(words) {
  const { rounds, measure, only, against, json, help } = parse(words);
  const groups = only === undefined ? GROUPS : only.map(groupOf);
  if (help) return { help };
  if (!/^[1-9]\d{0,3}$/.test(rounds))
    throw new UsageError(`--rounds ${rounds}: expected a number from 1 to 9999`);
  const names = groups.flatMap(({ measuresOf }) => measuresOf({}).map(({ name }) => name));
  if (measure !== undefined && !names.some((name) => name.includes(measure)))
    throw new UsageError(`--measure ${measure}: there are only ${[...new Set(names)].join(', ')}`);
  if (against !== undefined) checkRevision(against);
  if (json !== undefined) checkWritable(json);
  const isMeasured = ({ measuresOf }) => chosenMeasures(measuresOf({}), measure).length > 0;
  return { help, groups: groups.filter(isMeasured), measure, rounds: Number(rounds), against, json };
}

function parse(words) {
  try {
    return parseArgs({ args: words, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error.message.split('. ')[0]);
  }
}

/** The group that `--only` names, with the shape that it names. */
function groupOf(words) {
  const [name, shape] = words.split('/');
  const group = GROUPS.find((one) => one.name === name);
  if (group === undefined)
    throw new UsageError(`--only ${words}: the groups are ${GROUPS.map((one) => one.name).join(', ')}`);
  if (shape === undefined) return group;
  if (parseShape(shape) === undefined)
    throw new UsageError(`--only ${words}: expected SERVICESxENDPOINTS[-clusterip|-mixed], as 1000x10`);
  return { ...group, shapes: [shape] };
}

function checkRevision(name) {
  const { status } = spawnSync('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], {
    cwd: HERE,
  });
  if (status !== 0) throw new UsageError(`--against ${name}: git knows no such revision`);
}

/** Hours of figures are not to be lost at the end. */
function checkWritable(path) {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new UsageError(`--json ${path}: cannot be written (${error.code})`);
  }
}

/** The measures with these words in their names, with the floors of them. */
export function chosenMeasures(measures, words = '') {
  const wanted = new Set();
  const choose = ({ name, floor = [] }) => {
    wanted.add(name);
    for (const one of measures) if (floor.includes(one.name)) choose(one);
  };
  for (const one of measures) if (one.name.includes(words)) choose(one);
  return measures.filter(({ name }) => wanted.has(name));
}
