/**
 * How releases of nft spell the same rules. This has nothing to do with the release of kube-proxy: the program that is
 * installed on the node decides. Captures show what the rows hold.
 */

/** Every release of nft whose spelling is known, oldest first. */
export const NFT_VERSIONS = ['1.0.6', '1.1.3'] as const;

export type NftVersion = (typeof NFT_VERSIONS)[number];

/** The default spelling. */
export const NEWEST_NFT: NftVersion = '1.1.3';

export interface NftSpelling {
  readonly version: NftVersion;
  readonly releaseName: string;
  /** Whether `priority dstnat` is also known in hook output. */
  readonly namesOutputDstnat: boolean;
  /** Whether a test of the highest bit of a mark is shown as a prefix of one bit: `meta mark 0x00000000/1`. */
  readonly topBitAsPrefix: boolean;
  /** Whether JSON holds the comments of tables and chains. */
  readonly jsonComments: boolean;
  /** Whether JSON holds the flag `dynamic` of sets. */
  readonly jsonDynamicFlag: boolean;
  /** Whether JSON lists chains before sets. */
  readonly jsonChainsFirst: boolean;
}

const SPELLINGS: Readonly<Record<NftVersion, NftSpelling>> = {
  '1.0.6': {
    version: '1.0.6',
    releaseName: 'Lester Gooch #5',
    namesOutputDstnat: false,
    topBitAsPrefix: true,
    jsonComments: false,
    jsonDynamicFlag: false,
    jsonChainsFirst: false,
  },
  '1.1.3': {
    version: '1.1.3',
    releaseName: 'Commodore Bullmoose #4',
    namesOutputDstnat: true,
    topBitAsPrefix: false,
    jsonComments: true,
    jsonDynamicFlag: true,
    jsonChainsFirst: true,
  },
};

/** Returns how the release spells its output. */
export const spellingOf = (version: NftVersion): NftSpelling => SPELLINGS[version];

/** A spelling that every release reads. */
export const PLAIN_SPELLING: NftSpelling = SPELLINGS[NEWEST_NFT];
