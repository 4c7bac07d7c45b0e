/** What `compile --format restore` prints in mode nftables loads into a real kernel, and nft then lists the save form. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Version } from '../../src/dialect/version.ts';
import { NEWEST_CAPTURED } from '../helpers/newest-captured.ts';
import { printList, readList } from '../../src/netfilter/nftables/list.ts';
import { type Ruleset } from '../../src/netfilter/nftables/model.ts';
import { NEWEST_NFT, NFT_VERSIONS, spellingOf } from '../../src/netfilter/nftables/nft-release.ts';
import { printScript } from '../../src/netfilter/nftables/script.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { canonicalForm } from '../helpers/nftables-canonical-form.ts';
import { nftCaptures, nftRuleset } from '../helpers/nftables-oracle.ts';
import { type Namespace, whyNoKernel, withNamespace } from './namespace.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** Loads the script, and gives what the kernel then holds in the words of nft. */
function loadAndList({ run }: Namespace, family: IpFamily, script: string): string {
  run('nft', ['-f', '-'], script);
  return run('nft', ['list', 'table', family === 'IPv4' ? 'ip' : 'ip6', 'kube-proxy']);
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

const captures = nftCaptures();
const cases = [
  ...new Set(captures.filter(({ version }) => version === NEWEST_CAPTURED).map((capture) => capture.case)),
];
const versions = [...new Set(captures.map(({ version }) => version))];

describe.skipIf(whyNoKernel() !== undefined)('a real kernel holds what is built in mode nftables', () => {
  it.each(cases)('%s', (name) => {
    for (const family of FAMILIES) {
      const built = nftRuleset(name, NEWEST_CAPTURED, family);
      expectSame(
        withNamespace((namespace) => loadAndList(namespace, family, printScript(built))),
        built,
      );
    }
  });

  const WITH_MUCH = [
    '17-loadbalancer-local-with-local',
    '60-dual-stack',
    '79-nft-session-affinity-nodeport-udp-sctp',
  ];

  it.each(versions)('kube-proxy %s', (version: Version) => {
    // Intervals of concatenations have an order of their own: nothing but the canonical form is the same.
    for (const family of FAMILIES) {
      const [first, ...others] = WITH_MUCH.map((name) => nftRuleset(name, version, family));
      withNamespace((namespace) => {
        for (const built of [first!, ...others, first!]) {
          const listed = readList({ name: 'nft', text: loadAndList(namespace, family, printScript(built)) });
          expect(listed.value && canonicalForm(listed.value)).toBe(canonicalForm(built));
        }
      });
    }
  });
});
