/** Options of the command line made from the table of settings. */
import { InvalidArgumentError, Option } from 'commander';
import { flagRows, type KubeProxyFlags, nodeRows } from '../config/kube-proxy-flags.ts';
import { type FlagRow, type NodeRow, type SettingType } from '../dialect/settings.ts';
import { familyOf } from '../text/ip.ts';

type ValueType = SettingType | NodeRow['type'];

interface FlagOption {
  /** The key in {@link KubeProxyFlags}. */
  readonly name: string;
  readonly type: ValueType;
  readonly option: Option;
}

/** An option for each row that has a flag, as the help lists them: an alias stands before its flag. */
export const settingOptions = (): readonly Option[] => flagOptions().map(({ option }) => option);

function flagOptions(): readonly FlagOption[] {
  const rows: readonly (FlagRow & { readonly type: ValueType })[] = [
    ...flagRows().map(([, row]) => row),
    ...nodeRows().map(([, row]) => row),
  ];
  return rows.flatMap((row) => [
    ...(row.alias === undefined ? [] : [flagOption(row, row.alias)]),
    flagOption(row, row),
  ]);
}

function flagOption(
  { name, type, argument }: FlagRow & { readonly type: ValueType },
  { flag, help }: Pick<FlagRow, 'flag' | 'help'>,
): FlagOption {
  const option = new Option(argument === undefined ? flag : `${flag} ${argument}`, help);
  const parser = PARSERS[type];
  if (parser !== undefined) option.argParser<unknown>(parser);
  return { name, type, option };
}

/** The parsed options as kube-proxy's flags. */
export function kubeProxyFlags(options: Readonly<Record<string, unknown>>): KubeProxyFlags {
  const flags = new Map<string, unknown>();
  for (const { name, type, option } of flagOptions()) {
    const value = options[option.attributeName()];
    const given = type === 'absence' ? value === false : value;
    // An alias comes first, and wins.
    if (given !== undefined && !flags.has(name)) flags.set(name, given);
  }
  // Each value was parsed as the type of its row says.
  return Object.fromEntries(flags);
}

/** How the text of each type is read; a type without one is kept as text. */
const PARSERS: Readonly<Partial<Record<ValueType, (value: string, previous: unknown) => unknown>>> = {
  string: (value) => value,
  boolean: readBoolean,
  integer: readNumber,
  strings: (value, previous) => [...valuesOf(previous), ...value.split(',').filter((part) => part !== '')],
  addresses: (value, previous) => [...valuesOf(previous), ...readAddresses(value)],
};

/** What the same option gave before. */
const valuesOf = (previous: unknown): readonly unknown[] => (Array.isArray(previous) ? previous : []);

function readBoolean(value: string): boolean {
  if (value === 'true' || value === '') return true;
  if (value === 'false') return false;
  throw new InvalidArgumentError('It is true or false.');
}

function readNumber(value: string): number {
  if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError('It is a whole number.');
  return Number(value);
}

function readAddresses(value: string): readonly string[] {
  const addresses = value.split(',');
  for (const address of addresses) {
    if (familyOf(address) === undefined) throw new InvalidArgumentError(`${address} is no IP address.`);
  }
  return addresses;
}
