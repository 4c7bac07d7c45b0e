/** Priorities of base chains: numbers in the kernel, names in the text of nft. (std_prios, src/rule.c of nftables) */
import { type NftFamily } from './model.ts';
import { type NftSpelling } from './nft-release.ts';

interface StandardPriority {
  readonly name: string;
  readonly value: number;
  /** The hooks in which the name is known; absent: all. */
  readonly hooks?: readonly string[];
}

const IP: readonly StandardPriority[] = [
  { name: 'raw', value: -300 },
  { name: 'mangle', value: -150 },
  { name: 'dstnat', value: -100, hooks: ['prerouting', 'output'] },
  { name: 'filter', value: 0 },
  { name: 'security', value: 50 },
  { name: 'srcnat', value: 100, hooks: ['postrouting'] },
];

const BRIDGE: readonly StandardPriority[] = [
  { name: 'dstnat', value: -300, hooks: ['prerouting'] },
  { name: 'filter', value: -200 },
  { name: 'out', value: 100, hooks: ['output'] },
  { name: 'srcnat', value: 300, hooks: ['postrouting'] },
];

const FILTER_ONLY: readonly StandardPriority[] = [{ name: 'filter', value: 0 }];

const STANDARD: Readonly<Record<NftFamily, readonly StandardPriority[]>> = {
  ip: IP,
  ip6: IP,
  inet: IP,
  bridge: BRIDGE,
  arp: FILTER_ONLY,
  netdev: FILTER_ONLY,
};

/** The largest distance at which a number is shown as a name plus or minus something. */
const REACH = 10;

/** Returns `dstnat - 10`, or the number alone when no name is near. */
export function printPriority(value: number, hook: string, family: NftFamily, spelling: NftSpelling): string {
  const near = STANDARD[family].find(
    (standard) => Math.abs(standard.value - value) <= REACH && isKnownIn(standard, hook, spelling),
  );
  if (near === undefined) return String(value);
  const distance = value - near.value;
  if (distance === 0) return near.name;
  return `${near.name} ${distance > 0 ? '+' : '-'} ${Math.abs(distance)}`;
}

function isKnownIn({ name, hooks }: StandardPriority, hook: string, spelling: NftSpelling): boolean {
  if (name === 'dstnat' && hook === 'output' && !spelling.namesOutputDstnat) return false;
  return hooks === undefined || hooks.includes(hook);
}

/** Reads `-110`, `dstnat` and `dstnat - 10`; undefined for anything else. */
export function parsePriority(words: readonly string[], family: NftFamily): number | undefined {
  const [first = '', sign, distance] = words;
  if (words.length === 1 && /^-?\d{1,10}$/.test(first)) return Number(first);
  const named = STANDARD[family].find(({ name }) => name === first);
  if (named === undefined) return undefined;
  if (words.length === 1) return named.value;
  if (words.length !== 3 || distance === undefined || !/^\d{1,10}$/.test(distance)) return undefined;
  if (sign === '+') return named.value + Number(distance);
  return sign === '-' ? named.value - Number(distance) : undefined;
}
