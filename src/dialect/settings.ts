/** What the rows of the table of settings look like, and what they say of one release. */
import { rankOf, type Version } from './version.ts';

/** What a setting holds. `component` belongs to another part of Kubernetes and is not looked into. */
export type SettingType =
  'string' | 'boolean' | 'integer' | 'number' | 'duration' | 'strings' | 'gates' | 'component';

/** The modes that have settings of their own. */
export type SettingMode = 'iptables' | 'ipvs' | 'nftables';

/** A flag of the command line. */
export interface FlagRow {
  /** As it is typed: `--bind-address`. */
  readonly flag: string;
  /** The placeholder for its value in the help: `<ip>`. */
  readonly argument?: string;
  readonly help: string;
  /** The key in `KubeProxyFlags`. */
  readonly name: string;
  /** Another spelling of svc2ipt's own; it wins when both are given. */
  readonly alias?: { readonly flag: string; readonly help: string };
  /** The first release with the flag, if it differs from that of the field. */
  readonly flagSince?: Version;
}

/** The numbers that kube-proxy takes, in nanoseconds for durations. */
export interface Limits {
  readonly least: number;
  readonly most?: number;
  /** The end of kube-proxy's refusal. */
  readonly must: string;
  /** The modes that check them; absent: all. */
  readonly modes?: readonly SettingMode[];
  /** The first release in which only `modes` check them; absent: all releases. */
  readonly modesSince?: Version;
}

/** A setting of KubeProxyConfiguration, and the releases that know it. */
export interface SettingRow extends Partial<FlagRow> {
  readonly type: SettingType;
  readonly since?: Version;
  /** The first release without it. */
  readonly until?: Version;
  /** The modes that look at it; absent: all. */
  readonly modes?: readonly SettingMode[];
  /** The default of kube-proxy, if it is not the empty value of the type. */
  readonly default?: string | number | boolean;
  /** The first release with this default; absent: all releases. */
  readonly defaultSince?: Version;
  /** kube-proxy takes null where it refuses it for other settings of the type. */
  readonly mayBeNull?: true;
  readonly limits?: Limits;
  /** The flag of another row that sets this one, too: its `name`, and the first release where it does. */
  readonly setBy?: { readonly name: string; readonly since: Version };
  /**
   * Names of `ProxySettings` that are not inferred from a dump once this is given. A file gives all its
   * fields.
   */
  readonly decides?: readonly string[];
  /** Only this value decides. */
  readonly decidesIf?: boolean;
}

/** A flag of svc2ipt's own that describes the node; no field of the configuration goes with it. */
export interface NodeRow extends FlagRow {
  /** `addresses` may be repeated. `absence` is a flag without a value, like `--no-nfacct`. */
  readonly type: 'addresses' | 'absence';
  readonly decides?: readonly string[];
}

/** What a configuration file makes of each type. */
export interface ValueTypes {
  readonly string: string;
  readonly boolean: boolean;
  readonly integer: number;
  readonly number: number;
  /** In nanoseconds. */
  readonly duration: number;
  readonly strings: readonly string[];
  readonly gates: ReadonlyMap<string, boolean>;
  readonly component: unknown;
}

/** What the value of a flag of each type is, before anything has checked it. */
export interface FlagTypes {
  readonly string: string;
  readonly boolean: boolean;
  readonly integer: number;
  readonly number: number;
  /** As Go writes it: `1m30s`. */
  readonly duration: string;
  readonly strings: readonly string[];
  /** `A=true,B=false` */
  readonly gates: string;
  readonly component: never;
  readonly addresses: readonly string[];
  readonly absence: boolean;
}

/** The values of a table's flags by their names, each absent when not given. */
export type FlagsOf<Table extends Readonly<Record<string, SettingRow | NodeRow>>> = {
  readonly [Key in keyof Table as Table[Key] extends FlagRow ? Table[Key]['name'] : never]?:
    FlagTypes[Table[Key]['type']] | undefined;
};

/** Whether the setting is no longer there at a release. */
export function isGone(row: SettingRow, version: Version): boolean {
  return row.until !== undefined && rankOf(version) >= rankOf(row.until);
}

/** Whether a release has the setting in its configuration. */
export function isKnownIn(row: SettingRow, version: Version): boolean {
  return !isBefore(version, row.since) && !isGone(row, version);
}

/** The release that brought the flag of a row, when that is later than `version`. */
export function flagComesWith(row: SettingRow & FlagRow, version: Version): Version | undefined {
  const since = row.flagSince ?? row.since;
  return isBefore(version, since) ? since : undefined;
}

/** Whether the flag of another row sets this one at a release. */
export const isSetByOther = ({ setBy }: SettingRow, version: Version): boolean =>
  setBy !== undefined && !isBefore(version, setBy.since);

/** The default of a number at a release; 0 without any. */
export const defaultNumber = (row: SettingRow, version: Version): number =>
  typeof row.default === 'number' && !isBefore(version, row.defaultSince) ? row.default : 0;

/** Whether a mode of a release refuses values beyond the limits. */
export function areChecked(limits: Limits, mode: string, version: Version): boolean {
  const { modes, modesSince } = limits;
  return modes === undefined || isBefore(version, modesSince) || modes.some((name) => name === mode);
}

const isBefore = (version: Version, since: Version | undefined): boolean =>
  since !== undefined && rankOf(version) < rankOf(since);
