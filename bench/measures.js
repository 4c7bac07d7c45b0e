/** What is measured, of which input, and against which floor. */

/** The node of a dump, which holds no addresses of its own. */
const NODE = ['--node-address', '192.168.0.2'];
/** The usual range has too few node ports for 15,000 Services. */
const SETTINGS = [
  ...['--node-name', 'node-1', '--cluster-cidr', '10.128.0.0/9'],
  ...['--service-node-port-range', '1024-65535'],
];

/** @param {string} text such as `1000x10` or `1000x10-clusterip`; types are mixed by default; undefined for any other text */
export function parseShape(text) {
  const [, services, endpoints, types = 'mixed'] = /^(\d+)x(\d+)(?:-(clusterip|mixed))?$/.exec(text) ?? [];
  if (!(Number(services) > 0) || !(Number(endpoints) > 0)) return undefined;
  return { name: text, services: Number(services), endpoints: Number(endpoints), types };
}

/** Sizes of each task. Growth is told from a shape to the next one with as many endpoints of each Service. */
export const SHAPES = {
  compile: [
    '100x10',
    '1000x10',
    '10000x10',
    '100x1000',
    '100x10-clusterip',
    '1000x10-clusterip',
    '10000x10-clusterip',
  ],
  commands: ['1000x10', '10000x10'],
  // 15,000 Services with ten endpoints each have dumps of 500,000 lines.
  dumps: ['150x10', '1500x10', '15000x10'],
};

/**
 * A measure is a command line of svc2ipt, a floor, or a function of its reader, in a process of its own. `floor` names
 * the measures of the same shape whose sum is the floor. `output` is the file that it writes.
 *
 * @typedef {{ name: string, floor?: string[], output?: string,
 *             run: { cli?: string[], floor?: string[], reader?: string[], node?: string[] } }} Measure
 */

/** @returns {Measure[]} how fast the program starts */
export const startMeasures = (files) => [
  { name: 'node -e 0', run: { node: ['-e', '0'] } },
  { name: '--version', floor: ['node -e 0'], run: { cli: ['--version'] } },
  { name: '--help', floor: ['node -e 0'], run: { cli: ['--help'] } },
  {
    name: 'compile one Service',
    floor: ['node -e 0'],
    run: { cli: ['compile', '-f', files.yaml, ...SETTINGS] },
  },
];

/** @returns {Measure[]} from manifests to rules */
export const compileMeasures = (files) => [
  { name: 'floor', run: { floor: ['compile', files.json, files.save, files.floor] } },
  { name: 'straight script', floor: ['floor'], run: { floor: ['straight', files.json, files.out] } },
  { name: 'yaml floor', run: { floor: ['yaml', files.yaml] } },
  compile('compile JSON', files.json, files.out),
  compile('compile YAML', files.yaml, files.out),
  compile('compile YAML List', files.yamlList, files.out),
  { name: 'read YAML', floor: ['yaml floor'], run: { reader: ['manifest', files.yaml] } },
  { name: 'read YAML List', floor: ['yaml floor'], run: { reader: ['manifest', files.yamlList] } },
];

/** @returns {Measure[]} the other commands and modes */
export const commandMeasures = (files) => [
  { name: 'floor', run: { floor: ['compile', files.json, files.save, files.floor] } },
  compile('compile nftables', files.json, files.out, '--proxy-mode', 'nftables'),
  compile('compile ipvs', files.json, files.out, '--proxy-mode', 'ipvs'),
  { name: 'lint', floor: ['floor'], run: { cli: ['lint', '-f', files.json] } },
  { name: 'list', floor: ['floor'], run: { cli: ['list', '-f', files.json, ...SETTINGS] } },
  {
    name: 'trace',
    floor: ['floor'],
    run: { cli: ['trace', '-f', files.json, ...SETTINGS, '--from', '10.128.0.11', '--to', '10.96.0.1:80'] },
  },
  { name: 'decompile', floor: ['floor'], run: { cli: ['decompile', files.save] } },
];

/** @returns {Measure[]} dumps of nodes */
export const dumpMeasures = (files) => [
  { name: 'words', run: { floor: ['words', files.save] } },
  { name: 'floor', run: { floor: ['compile', files.json, files.save, files.floor] } },
  { name: 'read dump', floor: ['words'], run: { reader: ['dump', files.save] } },
  compile('compile JSON', files.json, files.out),
  {
    name: 'diff',
    floor: ['compile JSON', 'read dump'],
    run: { cli: ['diff', '-f', files.json, '--live', files.save, ...SETTINGS] },
  },
  {
    name: 'diff --behaviour',
    floor: ['read dump'],
    run: { cli: ['diff', '--behaviour', '--golden', files.save, '--live', files.save, ...NODE] },
  },
  {
    name: 'trace --live',
    floor: ['read dump'],
    run: { cli: ['trace', '--live', files.save, ...NODE, '--from', '10.128.0.11', '--to', '10.96.0.1:80'] },
  },
  { name: 'list --live', floor: ['read dump'], run: { cli: ['list', '--live', files.save] } },
];

const compile = (name, input, output, ...options) => ({
  name,
  floor: ['floor'],
  output,
  run: { cli: ['compile', '-f', input, '-o', output, ...SETTINGS, ...options] },
});
