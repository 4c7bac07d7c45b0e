import { NODE_SETTINGS, SETTINGS } from '../dialect/setting-table.ts';
import { type FlagRow, type FlagsOf, type NodeRow, type SettingRow } from '../dialect/settings.ts';

/**
 * The flags of the table of settings: kube-proxy's own and the few of svc2ipt's that describe the node. Each is absent
 * when not given; lists are split at their commas, numbers and booleans are read.
 */
export type KubeProxyFlags = FlagsOf<typeof SETTINGS> & FlagsOf<typeof NODE_SETTINGS>;

/** A setting of kube-proxy's that has a flag. */
export type FlagSetting = SettingRow & FlagRow;

/** Rows by the key of the table that they stand in. */
type Rows<Row> = readonly (readonly [key: string, row: Row])[];

/** Every setting of KubeProxyConfiguration, by its path. */
export const settingRows = (): Rows<SettingRow> => Object.entries<SettingRow>(SETTINGS);

/** Settings of KubeProxyConfiguration that have a flag. */
export const flagRows = (): Rows<FlagSetting> =>
  settingRows().filter((entry): entry is readonly [string, FlagSetting] => entry[1].flag !== undefined);

/** svc2ipt's own flags for the node. */
export const nodeRows = (): Rows<NodeRow> => Object.entries<NodeRow>(NODE_SETTINGS);

/** Returns the value of a flag by its name in {@link KubeProxyFlags}; undefined when it was not given. */
export const flagValue = (flags: KubeProxyFlags, name: string): unknown =>
  (flags as Readonly<Record<string, unknown>>)[name];
