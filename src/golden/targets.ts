import { posix } from 'node:path';
import { type Diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type JsonPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';
import { type NodeText, type OutputText, type SettingsText, type SettingText } from './golden-schema.ts';
import { type GoldenFile, invalid } from './read-golden.ts';

/** An option of `compile` with the value that the file gives it. */
export interface GoldenSetting {
  readonly name: string;
  readonly values: readonly SettingText[];
  /** From the root of the file to the value. */
  readonly path: JsonPath;
}

/** The name of the file that names golden files. */
export const GOLDEN_FILE = 'svc2ipt.yaml';

/** One golden file and all that shapes it. */
export interface Target {
  /** Relative to the folder of `svc2ipt.yaml`. */
  readonly file: string;
  /** A later setting of a name takes the place of an earlier one. */
  readonly settings: readonly GoldenSetting[];
  readonly place: Place;
}

/** What a placeholder stands for in one file. */
type Choice = ReadonlyMap<string, string>;

/** A list of the file that makes several golden files of one output. */
interface Axis {
  readonly placeholder: string;
  /** The option of `compile` that it sets. */
  readonly option: string;
  readonly values: readonly string[];
  readonly path: JsonPath;
}

/** Beyond this a typing mistake is likelier than a wish. */
const MOST_TARGETS = 10_000;

/** All golden files that the file names: each output for each of its nodes, versions, families and modes. */
export function targetsOf(golden: GoldenFile): Outcome<readonly Target[]> {
  const { text, locate } = golden;
  const problems: Diagnostic[] = [];
  for (const key of ['inputs', 'outputs'] as const) {
    if ((text[key] ?? []).length === 0) problems.push(invalid(locate, [key], 'must name at least one'));
  }
  (text.nodes ?? []).forEach(({ name }, at) => {
    if (name === undefined) problems.push(invalid(locate, ['nodes', at], 'must have a name'));
  });
  const targets = (text.outputs ?? []).flatMap((output, at) => targetsOfOutput(output, at, golden, problems));
  const files = new Set<string>();
  for (const { file, place } of targets) {
    if (files.has(file)) problems.push({ ...invalid(locate, ['outputs'], twice(file)), place });
    files.add(file);
  }
  return { value: hasErrors(problems) ? [] : targets, problems };
}

const twice = (file: string): string =>
  `two outputs go to ${file}: tell them apart with {node}, {version}, {family} or {mode}`;

function targetsOfOutput(
  output: OutputText,
  at: number,
  { text, locate }: GoldenFile,
  problems: Diagnostic[],
): readonly Target[] {
  const path = ['outputs', at];
  const { file } = output;
  const axes = axesOf(output, path, text.nodes ?? []);
  const wrong = file === undefined ? 'must have a file' : whatIsWrong(file, axes);
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  const message =
    wrong ?? (count > MOST_TARGETS ? `makes ${count} files, more than ${MOST_TARGETS}` : undefined);
  if (file === undefined || message !== undefined) {
    problems.push(invalid(locate, file === undefined ? path : [...path, 'file'], message ?? ''));
    return [];
  }
  const shared = [
    ...settingsAt(text.settings, ['settings']),
    ...settingsAt(output.settings, [...path, 'settings']),
  ];
  return choices(axes).map((choice) => ({
    file: posix.normalize(file.replace(PLACEHOLDER, (_, name: string) => choice.get(name) ?? '')),
    place: locate([...path, 'file']),
    settings: [
      ...shared,
      ...nodeSettings(text.nodes ?? [], choice),
      ...axes.map(({ placeholder, option, path: from }) => ({
        name: option,
        values: [choice.get(placeholder) ?? ''],
        path: from,
      })),
    ],
  }));
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

function axesOf(output: OutputText, path: JsonPath, nodes: readonly NodeText[]): readonly Axis[] {
  const axes: readonly Axis[] = [
    {
      placeholder: 'node',
      option: 'node-name',
      values: nodes.flatMap(({ name }) => name ?? []),
      path: ['nodes'],
    },
    {
      placeholder: 'version',
      option: 'kube-proxy-version',
      values: output.versions ?? [],
      path: [...path, 'versions'],
    },
    {
      placeholder: 'family',
      option: 'ip-family',
      values: output.families ?? [],
      path: [...path, 'families'],
    },
    { placeholder: 'mode', option: 'proxy-mode', values: output.modes ?? [], path: [...path, 'modes'] },
  ];
  return axes.filter(({ values }) => values.length > 0);
}

/** Why the name of a file cannot be used. It must stay in the folder, whoever wrote `svc2ipt.yaml`. */
function whatIsWrong(file: string, axes: readonly Axis[]): string | undefined {
  const known = axes.map(({ placeholder }) => placeholder);
  const stranger = [...file.matchAll(PLACEHOLDER)].find(([, name = '']) => !known.includes(name));
  if (stranger !== undefined) {
    return `nothing gives ${stranger[0]} a value: nodes, versions, families and modes do, for {node}, {version}, {family} and {mode}`;
  }
  const isOutside =
    file.split(/[\\/]/).some((step) => step === '..' || step === '') || /^[A-Za-z]:/.test(file);
  const isItself = posix.normalize(file).toLowerCase() === GOLDEN_FILE;
  return isOutside || isItself ? `must be another file in the folder of ${GOLDEN_FILE} or below` : undefined;
}

/** Every combination of the values of the lists, the last list fastest. */
function choices(axes: readonly Axis[]): readonly Choice[] {
  let all: readonly Choice[] = [new Map()];
  for (const { placeholder, values } of axes) {
    all = all.flatMap((choice) => values.map((value) => new Map([...choice, [placeholder, value]])));
  }
  return all;
}

function nodeSettings(nodes: readonly NodeText[], choice: Choice): readonly GoldenSetting[] {
  const at = nodes.findIndex(({ name }) => name === choice.get('node'));
  return settingsAt(nodes[at]?.settings, ['nodes', at, 'settings']);
}

const settingsAt = (settings: SettingsText | undefined, path: JsonPath): readonly GoldenSetting[] =>
  Object.entries(settings ?? {}).map(([name, value]) => ({
    name,
    values: [value].flat(),
    path: [...path, name],
  }));
