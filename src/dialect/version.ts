/** Every kube-proxy minor release that svc2ipt knows, oldest first. */
export const VERSIONS = [
  '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7', '1.8', '1.9', '1.10', '1.11', '1.12', '1.13',
  '1.14', '1.15', '1.16', '1.17', '1.18', '1.19', '1.20', '1.21', '1.22', '1.23', '1.24', '1.25',
  '1.26', '1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36',
  '1.37',
] as const; // prettier-ignore

/** A minor release, as `1.30`. */
export type Version = (typeof VERSIONS)[number];

/** Where histories begin: the first release whose iptables mode was in real use. */
export const OLDEST: Version = VERSIONS[0];

/** The dialect of a user who names none. */
export const NEWEST: Version = VERSIONS[VERSIONS.length - 1] ?? OLDEST;

const RANK: ReadonlyMap<string, number> = new Map(VERSIONS.map((version, rank) => [version, rank]));

/** Position in {@link VERSIONS}: later releases have greater ranks. */
export const rankOf = (version: Version): number => RANK.get(version) ?? -1;

/** The release before another; undefined before the oldest. */
export const releaseBefore = (version: Version): Version | undefined => VERSIONS[rankOf(version) - 1];

/** Whether a text is a known release as {@link VERSIONS} spells it. */
export const isVersion = (text: string): text is Version => RANK.has(text);

/** Reads `1.30`, `v1.30` and `v1.30.2`; undefined for anything that is no known release. */
export function parseVersion(text: string): Version | undefined {
  const minor = /^v?(1\.\d{1,2})(\.\d+)?([-+].*)?$/.exec(text)?.[1];
  return minor !== undefined && isVersion(minor) ? minor : undefined;
}
