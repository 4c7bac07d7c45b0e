/**
 * How releases of nft spell the same rules. This has nothing to do with the release of kube-proxy: the program that is
 * installed on the node decides. Rows hold what captures show.
 */

/** Every release of nft whose spelling is known, oldest first. */
export const NFT_VERSIONS = ['1.0.6', '1.1.3'] as const;

export type NftVersion = (typeof NFT_VERSIONS)[number];

/** The spelling of a user who names none. */
export const NEWEST_NFT: NftVersion = '1.1.3';

export interface NftSpelling {
  readonly version: NftVersion;
  readonly releaseName: string;
  /** `priority dstnat` is known in hook output, too. */
  readonly namesOutputDstnat: boolean;
  /** A test of the highest bit of a mark is shown as a prefix of one bit: `meta mark 0x00000000/1`. */
  readonly topBitAsPrefix: boolean;
  /** JSON holds the comments of tables and chains. */
  readonly jsonComments: boolean;
  /** JSON holds the flag `dynamic` of sets. */
  readonly jsonDynamicFlag: boolean;
  /** JSON lists chains before sets. */
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

/** How the release spells what it prints. */
export const spellingOf = (version: NftVersion): NftSpelling => SPELLINGS[version];

/** A spelling that every release reads. */
export const PLAIN_SPELLING: NftSpelling = SPELLINGS[NEWEST_NFT];
