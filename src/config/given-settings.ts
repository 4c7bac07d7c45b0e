import { type DecidedSetting } from '../dialect/setting-table.ts';
import { isSetByOther, type NodeRow, type SettingRow } from '../dialect/settings.ts';
import { type Version } from '../dialect/version.ts';
import { type ProxySettings } from '../proxy/settings.ts';
import { type Source } from '../text/source.ts';
import { flagValue, type KubeProxyFlags, nodeRows, settingRows } from './kube-proxy-flags.ts';
import { type FileSettings, readConfiguration } from './read-configuration.ts';

/** Names of settings that the user decided, by flag, by file, or by the Node object. */
export type GivenSetting = DecidedSetting | 'nodeIP';

/** What the user gave. */
export interface GivenInput {
  readonly config?: Source | undefined;
  readonly flags: KubeProxyFlags;
  readonly version: Version;
  /**
   * Resolved settings: the mode, because settings of other modes have no effect, and the address that kube-proxy takes
   * for that of the node.
   */
  readonly resolved: Pick<ProxySettings, 'mode' | 'nodeIP'>;
}

/**
 * Returns the settings that must not be inferred. A configuration file decides every setting that it can
 * hold: for fields that it leaves out, kube-proxy takes its defaults.
 */
export function givenSettings(input: GivenInput): ReadonlySet<GivenSetting> {
  const { config, flags, version, resolved } = input;
  const file = config === undefined ? undefined : readConfiguration(config, version).value;
  const deciding = [
    ...settingRows().filter(([path, row]) => isDecided(path, row, input, file)),
    ...nodeRows().filter(([, row]) => isNodeGiven(row, flags)),
  ];
  const hasNodeIP = isSpecific(flags.bindAddress ?? file?.bindAddress?.value) || isSpecific(resolved.nodeIP);
  const decided = new Set<string>(hasNodeIP ? ['nodeIP'] : []);
  for (const [, { decides }] of deciding) for (const name of decides ?? []) decided.add(name);
  // The list holds only names of rows.
  return decided as ReadonlySet<string> as ReadonlySet<GivenSetting>;
}

function isNodeGiven({ type, name }: NodeRow, flags: KubeProxyFlags): boolean {
  const value = flagValue(flags, name);
  return type === 'absence' ? value === true : value !== undefined;
}

function isDecided(
  path: string,
  row: SettingRow,
  { flags, version, resolved }: GivenInput,
  file: FileSettings | undefined,
): boolean {
  if (row.modes?.some((mode) => mode === resolved.mode) === false) return false;
  const name = row.name ?? (isSetByOther(row, version) ? row.setBy?.name : undefined);
  const value = name === undefined ? undefined : flagValue(flags, name);
  if (row.decidesIf === undefined) return file !== undefined || value !== undefined;
  const inFile = new Map(Object.entries(file ?? {})).get(path)?.value;
  return (value ?? inFile) === row.decidesIf;
}

/** Returns true for an address that belongs to one node. */
const isSpecific = (ip: string | undefined): boolean => ip !== undefined && !UNSPECIFIC.has(ip);

const UNSPECIFIC: ReadonlySet<string> = new Set(['', '0.0.0.0', '::', '127.0.0.1', '::1']);
