/** What `compile --format restore` prints in mode nftables loads into a real kernel, and nft then lists the save form. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modesAt } from '../../src/dialect/mode-history.ts';
import { type Version, VERSIONS } from '../../src/dialect/version.ts';
import { NEWEST_CAPTURED } from '../helpers/newest-captured.ts';
import { printList, readList } from '../../src/netfilter/nftables/list.ts';
import { type Ruleset } from '../../src/netfilter/nftables/model.ts';
import { NEWEST_NFT, NFT_VERSIONS, spellingOf } from '../../src/netfilter/nftables/nft-release.ts';
import { printScript } from '../../src/netfilter/nftables/script.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { canonicalForm } from '../helpers/nftables-canonical-form.ts';
import { NFT_HISTORY_CASES, nftCaptures, nftRuleset } from '../helpers/nftables-oracle.ts';
import { type Namespace, whyNoKernel, withNamespace } from './namespace.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

const nftFamily = (family: IpFamily): 'ip' | 'ip6' => (family === 'IPv4' ? 'ip' : 'ip6');

/** Loads the script, and gives what the kernel then holds in the words of nft. */
function loadAndList({ run }: Namespace, family: IpFamily, script: string): string {
  run('nft', ['-f', '-'], script);
  return run('nft', ['list', 'table', nftFamily(family), 'kube-proxy']);
}

/** The release of nft on this machine, when its spelling is known. */
function installedNft(): (typeof NFT_VERSIONS)[number] | undefined {
  const version = /v(\d+\.\d+\.\d+)/.exec(execFileSync('nft', ['--version'], { encoding: 'utf8' }))?.[1];
  return NFT_VERSIONS.find((known) => known === version);
}

/** To the letter where the spelling of the installed nft is known; else in the canonical form. */
function expectSame(listed: string, built: Ruleset): void {
  const nft = installedNft();
  if (nft !== undefined) {
    expect(listed).toBe(printList(built, spellingOf(nft)));
    return;
  }
  const read = (text: string): Ruleset | undefined => readList({ name: 'nft', text }).value;
  const [actual, expected] = [listed, printList(built, spellingOf(NEWEST_NFT))].map(read);
  expect(actual && canonicalForm(actual)).toBe(expected && canonicalForm(expected));
}

/** In the canonical form. */
function expectSameMeaning(listed: string, built: Ruleset): void {
  const { value } = readList({ name: 'nft', text: listed });
  expect(value && canonicalForm(value)).toBe(canonicalForm(built));
}

const captures = nftCaptures();
const casesOf = (version: Version): readonly string[] => [
  ...new Set(captures.filter((capture) => capture.version === version).map((capture) => capture.case)),
];
const capturedCases = casesOf(NEWEST_CAPTURED);
const versions = VERSIONS.filter((version) => modesAt(version).some(({ name }) => name === 'nftables'));

const WITH_MUCH = [
  '17-loadbalancer-local-with-local',
  '60-dual-stack',
  '79-nft-session-affinity-nodeport-udp-sctp',
];

/** Cases with much in them; with SVC2IPT_FULL=1 all that the release could load. */
function sampleOf(version: Version): readonly string[] {
  if (process.env['SVC2IPT_FULL'] !== '1') return WITH_MUCH;
  const captured = casesOf(version);
  return captured.length === 0 ? capturedCases : captured;
}

/** What the cases `NAME+INTERFACE` need on the node: kube-proxy up to 1.32 matches by its number. */
const interfacesOf = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => name.split('+').slice(1)));

/** The cases that nobody captured, each for the releases that its expected texts are about. */
const historyCases = readdirSync(NFT_HISTORY_CASES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    versions
      .filter((version) => existsSync(join(NFT_HISTORY_CASES, name, 'expected', `${version}.ip.nft`)))
      .map((version) => ({ name, version })),
  );

describe.skipIf(whyNoKernel() !== undefined)('a real kernel holds what is built in mode nftables', () => {
  const holds = (name: string, version: Version): void => {
    for (const family of FAMILIES) {
      const built = nftRuleset(name, version, family);
      expectSame(
        withNamespace((namespace) => loadAndList(namespace, family, printScript(built))),
        built,
      );
    }
  };

  it.each(capturedCases)('%s', (name) => {
    holds(name, NEWEST_CAPTURED);
  });

  it.each(historyCases)('case $name of kube-proxy $version', ({ name, version }) => {
    holds(name, version);
  });

  it.each(versions)('kube-proxy %s, each case in place of the one before', (version: Version) => {
    const [first = '', ...others] = sampleOf(version);
    for (const family of FAMILIES) {
      withNamespace((namespace) => {
        for (const name of interfacesOf([first, ...others])) {
          namespace.run('ip', ['link', 'add', name, 'type', 'bridge']);
        }
        for (const name of [first, ...others, first]) {
          const built = nftRuleset(name, version, family);
          // Intervals of concatenations have an order of their own: nothing but the canonical form is the same.
          expectSameMeaning(loadAndList(namespace, family, printScript(built)), built);
        }
      });
    }
  });
});

/** Tables of strangers; one bears the name of kube-proxy's in another family. */
const STRANGERS = `table inet kube-proxy {
  set cluster-ips { type ipv4_addr; elements = { 192.0.2.1 } }
  chain services { ip daddr @cluster-ips counter drop; }
}
table bridge other {
  chain in { type filter hook input priority 0; policy accept; jump more; }
  chain more { }
}
`;

/** A table of kube-proxy's name that shares names with the real one, but neither types nor hooks. */
const outdated = (family: IpFamily): string => `table ${nftFamily(family)} kube-proxy {
  comment "not the real one";
  set service-ips { type inet_service; elements = { 80, 443 } }
  map cluster-ips { type mark : verdict; elements = { 1 : goto left-over } }
  chain nat-prerouting { type filter hook input priority 7; policy accept; goto services; }
  chain services { meta mark vmap @cluster-ips; th dport @service-ips jump left-over; }
  chain left-over { counter drop; }
}
`;

describe.skipIf(whyNoKernel() !== undefined).each(FAMILIES)(
  'the script of %s on a node with tables',
  (family) => {
    const built = nftRuleset('60-dual-stack', NEWEST_CAPTURED, family);
    const script = printScript(built);
    const otherFamily = nftFamily(family === 'IPv4' ? 'IPv6' : 'IPv4');
    /** With handles, which are others when an object was made anew. */
    const strangersOf = ({ run }: Namespace): readonly string[] =>
      ['inet kube-proxy', 'bridge other', `${otherFamily} kube-proxy`].map((table) =>
        run('nft', ['-a', 'list', 'table', ...table.split(' ')]),
      );
    const onNode = <T>(body: (namespace: Namespace) => T): T =>
      withNamespace((namespace) => {
        const other = outdated(family === 'IPv4' ? 'IPv6' : 'IPv4');
        namespace.run('nft', ['-f', '-'], `${STRANGERS}${outdated(family)}${other}`);
        return body(namespace);
      });

    it('replaces the table of kube-proxy, and leaves all others alone', () => {
      onNode((namespace) => {
        const before = strangersOf(namespace);
        expectSame(loadAndList(namespace, family, script), built);
        expectSame(loadAndList(namespace, family, script), built);
        expect(strangersOf(namespace)).toEqual(before);
      });
    });

    it('changes nothing when its last command is refused', () => {
      onNode(({ run }) => {
        const all = (): string => run('nft', ['-a', 'list', 'ruleset']);
        const before = all();
        const refused = `${script}add rule ${nftFamily(family)} kube-proxy missing-chain drop\n`;
        expect(() => run('nft', ['-f', '-'], refused)).toThrow('No such file or directory');
        expect(all()).toBe(before);
      });
    });
  },
);
