/**
 * Builds svc2ipt and measures it on clusters of several sizes: see CONTRIBUTING.md, and `npm run bench -- --help`. The
 * measures of one shape take turns, so that a slow spell of the machine hits all of them alike. Prints a table.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asJson, asYaml, asYamlList, clusterObjects } from './generate.js';
import { compileMeasures, parseShape } from './measures.js';
import { chosenMeasures, readOptions, USAGE, UsageError } from './options.js';
import { figuresOf, tableOf, withGrowth } from './report.js';
import { checkOut, HERE, measure, removeCheckout, workingTree } from './revision.js';

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

function measureShape(folder, shape, measuresOf, revisions, options) {
  const files = prepare(folder, shape, revisions[0]);
  const measures = chosenMeasures(measuresOf(files), options.measure);
  const bytes = new Map();
  const rounds = [];
  for (let round = 0; round < options.rounds; round++) {
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

async function main(options) {
  // Its remarks are none of the figures.
  execFileSync('npm', ['run', 'build'], { cwd: HERE, stdio: ['ignore', process.stderr, process.stderr] });
  const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-bench-'));
  try {
    const revisions = [await workingTree(folder)];
    if (options.against !== undefined) revisions.push(await checkOut(options.against, folder));
    const figures = [];
    for (const { shapes, measuresOf } of options.groups) {
      const ofGroup = withGrowth(
        shapes.flatMap((shape) => {
          const found = measureShape(folder, shape, measuresOf, revisions, options);
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
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message} (npm run bench -- --help tells more)`);
  process.exitCode = 2;
}
