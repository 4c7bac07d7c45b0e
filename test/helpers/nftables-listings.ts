/** The listings in fixtures/oracle-nftables: what real nft printed of what real kube-proxy wrote. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NftVersion, NFT_VERSIONS } from '../../src/netfilter/nftables/nft-release.ts';
import { type Source } from '../../src/text/source.ts';

export const NFT_ORACLE = join(import.meta.dirname, '../../fixtures/oracle-nftables');

/** One listing as nft of the release printed it. */
export interface Listing {
  readonly case: string;
  /** First and last release of kube-proxy that wrote it, as `1.34-1.35`. */
  readonly releases: string;
  readonly family: 'ip' | 'ip6';
  readonly form: 'text' | 'json';
  readonly nft: NftVersion;
  readonly file: string;
}

const NAME = /^(1\.\d+(?:-1\.\d+)?)\.(ip6?)\.(nft|json)-(.+)$/;

/** Every listing of every case. */
export const listings = (): readonly Listing[] =>
  readdirSync(NFT_ORACLE)
    .filter((name) => existsSync(join(NFT_ORACLE, name, 'expected')))
    .flatMap((name) =>
      readdirSync(join(NFT_ORACLE, name, 'expected')).flatMap((file): readonly Listing[] => {
        const [, releases = '', family, form, release] = NAME.exec(file) ?? [];
        const nft = NFT_VERSIONS.find((version) => version === release);
        if (nft === undefined || (family !== 'ip' && family !== 'ip6')) return [];
        const path = join(NFT_ORACLE, name, 'expected', file);
        return [{ case: name, releases, family, form: form === 'nft' ? 'text' : 'json', nft, file: path }];
      }),
    );

/** The text of a listing. */
export const listingSource = ({ file }: Listing): Source => ({
  name: file.slice(NFT_ORACLE.length + 1),
  text: readFileSync(file, 'utf8'),
});
