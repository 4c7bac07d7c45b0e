/** What kube-proxy writes in mode nftables by what is written about it. See fixtures/nftables-history-cases/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../src/dialect/version.ts';
import { printList } from '../../src/netfilter/nftables/list.ts';
import { NEWEST_NFT, spellingOf } from '../../src/netfilter/nftables/nft-release.ts';
import { NFT_HISTORY_CASES, nftRuleset } from '../helpers/nftables-oracle.ts';

describe.each(['single-endpoint', 'long-name'])('%s', (name) => {
  const folder = join(NFT_HISTORY_CASES, name, 'expected');
  it.each(readdirSync(folder))('%s', (file) => {
    const [release = '', family] = file.split(/\.(?=ip)|\.nft$/);
    const version = parseVersion(release);
    expect(version).toBeDefined();
    const ruleset = nftRuleset(name, version ?? '1.1', family === 'ip' ? 'IPv4' : 'IPv6');
    expect(printList(ruleset, spellingOf(NEWEST_NFT))).toBe(readFileSync(join(folder, file), 'utf8'));
  });
});
