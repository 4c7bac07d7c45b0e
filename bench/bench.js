/**
 * Measures svc2ipt on clusters of several sizes: see CONTRIBUTING.md. The measures of one shape take turns, so that a
 * slow spell of the machine hits all of them alike. Prints a table.
 *
 *     npm run bench                            everything; takes a while
 *     npm run bench -- --only compile/1000x10  groups (start, compile, commands, dumps), each with a shape if wanted
 *     npm run bench -- --measure JSON          measures with this in their names, and their floors
 *     npm run bench -- --rounds 9              samples of each, 5 by default
 *     npm run bench -- --against REV           compares with another revision, which is built beside
 *     npm run bench -- --json FILE             writes the figures as JSON, too
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asJson, asYaml, asYamlList, clusterObjects } from './generate.js';
import {
  commandMeasures,
  compileMeasures,
  dumpMeasures,
  parseShape,
  SHAPES,
  startMeasures,
} from './measures.js';
import { figuresOf, tableOf, withGrowth } from './report.js';
import { checkOut, measure, removeCheckout, workingTree } from './revision.js';

const GROUPS = [
  { name: 'start', shapes: ['1x1'], measuresOf: startMeasures },
  { name: 'compile', shapes: SHAPES.compile, measuresOf: compileMeasures },
  { name: 'commands', shapes: SHAPES.commands, measuresOf: commandMeasures },
  { name: 'dumps', shapes: SHAPES.dumps, measuresOf: dumpMeasures },
];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    measure: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    against: { type: 'string' },
    json: { type: 'string' },
  },
});

/** The groups with the shapes that are asked for. */
function chosenGroups() {
  if (options.only === undefined) return GROUPS;
  return options.only.map((words) => {
    const [name, shape] = words.split('/');
    const group = GROUPS.find((one) => one.name === name);
    if (group === undefined) throw new Error(`${name}: expected one of ${GROUPS.map((one) => one.name)}`);
    return shape === undefined ? group : { ...group, shapes: [parseShape(shape).name] };
  });
}

/** The measures that are asked for, with the floors of them. */
function chosenMeasures(measures) {
  const wanted = new Set();
  const choose = ({ name, floor = [] }) => {
    wanted.add(name);
    for (const one of measures) if (floor.includes(one.name)) choose(one);
  };
  for (const one of measures) if (one.name.includes(options.measure ?? '')) choose(one);
  return measures.filter(({ name }) => wanted.has(name));
}

/** Writes the input of one shape, and what it compiles to. */
function prepare(folder, shapeName, revision) {
  const place = join(folder, shapeName);
  mkdirSync(place, { recursive: true });
  const file = (name) => join(place, name);
  const files = {
    json: file('cluster.json'),
    yaml: file('cluster.yaml'),
    yamlList: file('list.yaml'),
    save: file('node.save'),
    out: file('out.save'),
    floor: file('floor.out'),
  };
  const objects = clusterObjects(parseShape(shapeName));
  writeFileSync(files.json, asJson(objects));
  writeFileSync(files.yaml, asYaml(objects));
  writeFileSync(files.yamlList, asYamlList(objects));
  const made = compileMeasures({ ...files, out: files.save }).find(({ name }) => name === 'compile JSON');
  if (measure(made, revision, file('usage')) === undefined) throw new Error(`${shapeName} does not compile`);
  return files;
}

function measureShape(folder, shape, measuresOf, revisions) {
  const files = prepare(folder, shape, revisions[0]);
  const measures = chosenMeasures(measuresOf(files));
  const bytes = new Map();
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    const samples = new Map(revisions.map(({ name }) => [name, new Map()]));
    for (const one of measures) {
      for (const revision of revisions) {
        const sample = measure(one, revision, join(folder, 'usage'));
        if (sample !== undefined) samples.get(revision.name).set(one.name, sample);
        if (sample !== undefined && one.output !== undefined) bytes.set(one.name, statSync(one.output).size);
      }
    }
    rounds.push(samples);
  }
  return figuresOf({ shape, measures, rounds, revisions, bytes });
}

const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-bench-'));
try {
  const groups = chosenGroups();
  const revisions = [await workingTree(folder)];
  if (options.against !== undefined) revisions.push(await checkOut(options.against, folder));
  const figures = [];
  for (const { shapes, measuresOf } of groups) {
    const ofGroup = withGrowth(
      shapes.flatMap((shape) => {
        const found = measureShape(folder, shape, measuresOf, revisions);
        rmSync(join(folder, shape), { recursive: true });
        return found;
      }),
    );
    console.log(`${tableOf(ofGroup, options.against)}\n`);
    figures.push(...ofGroup);
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  removeCheckout(folder);
  rmSync(folder, { recursive: true });
}
