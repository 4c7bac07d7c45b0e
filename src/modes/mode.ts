import { type Feature } from '../dialect/history.ts';
import { type Features } from '../dialect/features.ts';
import { type Version } from '../dialect/version.ts';
import { type LocalTraffic, type ProxySettings } from '../proxy/settings.ts';
import { type NftVersion } from '../netfilter/nftables/nft-release.ts';
import { type ProxyState } from '../proxy/state.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { type Comparison } from './comparison.ts';

/** What a mode works on. */
export interface ModeTypes {
  /** What a node holds. */
  readonly model: unknown;
  /** The same as read from a node, with all else that its text tells. */
  readonly dump: unknown;
  /** What a difference names: a rule, an element of a set. */
  readonly part: unknown;
}

/**
 * What every proxy mode answers about a cluster. The model of what a node holds is the mode's own; callers hand it from
 * one answer to the next without looking inside. All answers are about one IP family.
 */
export interface BuildingMode<Types extends ModeTypes> {
  /** Forms in which `print` writes a model, the usual one first. */
  readonly formats: readonly [string, ...(readonly string[])];
  /** Names of the parts of a model that can be had alone, as tables are. */
  readonly parts: readonly string[];

  /** What kube-proxy makes of its state on an otherwise empty node. */
  readonly build: (state: ProxyState, settings: ProxySettings, features: Features) => Types['model'];

  /** A model as text. */
  readonly print: (model: Types['model'], options: PrintOptions) => string;

  /** Warns of what keeps kube-proxy from bringing the model into the kernel. */
  readonly foresee: (state: ProxyState, settings: ProxySettings, features: Features) => readonly Diagnostic[];
}

/** What a proxy mode answers about dumps of nodes, too. */
export interface Mode<Types extends ModeTypes> extends BuildingMode<Types> {
  /**
   * Reads what a node printed. `assumedFamily` is for texts that do not tell theirs. Undefined when anything in the
   * text is not understood, with errors that say where and what.
   */
  readonly read: (source: Source, assumedFamily: IpFamily) => Outcome<Types['dump'] | undefined>;

  /** The model that a dump holds. */
  readonly modelOf: (dump: Types['dump']) => Types['model'];

  /** What a dump tells of the kube-proxy that wrote it. */
  readonly recognise: (dump: Types['dump']) => Recognition;

  /** Whether two models are the same to the letter, so that comparing one of them with a dump is enough. */
  readonly isSame: (one: Types['model'], other: Types['model']) => boolean;

  /** Compares what a node should hold with what it holds, by meaning. */
  readonly compare: (
    expected: Types['model'],
    actual: Types['dump'],
    options: CompareOptions,
  ) => Comparison<Types['part']>;

  /** One line for a part of a model that a comparison names, as the node's own tool prints it. */
  readonly printPart: (part: Types['part'], family: IpFamily) => string;
}

/** How a model is written. */
export interface PrintOptions {
  /** One of the mode's formats; absent: the usual one. */
  readonly format?: string | undefined;
  /** Some of the mode's parts; absent: all. */
  readonly parts?: readonly string[] | undefined;
  /** The release of nft whose spelling is wanted; absent: the newest. */
  readonly nftVersion?: NftVersion | undefined;
}

/** What is compared, and how strictly. */
export interface CompareOptions {
  /** Some of the mode's parts; absent: all. */
  readonly parts?: readonly string[] | undefined;
  /** What nothing leads to is a difference, not a note. */
  readonly strict?: boolean | undefined;
}

/** Which kube-proxy may have written a dump, and with which settings. */
export interface Recognition {
  readonly family: IpFamily;
  /** Why the dump cannot be compared in this mode: it belongs to a node of another one. */
  readonly refusal?: Diagnostic;
  /** The versions that fit best, oldest first; empty when the dump tells nothing. */
  readonly versions: readonly Version[];
  /** The versions worth comparing with, oldest first; never empty. */
  readonly candidates: readonly Version[];
  /** Versions that fit nearly as well, those above included: somebody may have tampered with what they differ in. */
  readonly near: readonly Version[];
  /** Features of the dump that a version does not have as it shows them, by version. */
  readonly misfitsOf: ReadonlyMap<Version, readonly Feature[]>;
  /** Of some versions those for which the node lacks nothing that most nodes have; all, when there are none such. */
  readonly likely: (versions: readonly Version[]) => readonly Version[];
  /** What speaks against those of some versions that are not likely, in words. */
  readonly whyUnlikely: (versions: readonly Version[]) => readonly string[];
  readonly settings: ObservedSettings;
  /** Every Service that the dump names, by `namespace/name`; worked out when first asked for. */
  readonly services: () => ReadonlyMap<string, LiveService>;
}

/** What a dump tells of the settings; absent: it tells nothing. */
export interface ObservedSettings {
  readonly masqueradeBit?: number;
  readonly masqueradeAll?: boolean;
  readonly localTraffic?: LocalTraffic;
  readonly localhostNodePorts?: boolean;
  /** The addresses that serve node ports, where these are not all. */
  readonly nodePortIps?: readonly string[];
  /** An address that explains which source ranges let the node itself pass. */
  readonly nodeIP?: string;
  readonly nfacct?: boolean;
  readonly randomFully?: boolean;
  readonly tcpBeLiberal?: boolean;
  /** Never false: a family without rules may have been flushed. */
  readonly familyServed?: true;
}

/** The addresses and ports that a cluster assigned to one Service, as a node's rules tell them. */
export interface LiveService {
  readonly clusterIP: string | undefined;
  /** By name of the port; `` for a port without a name. */
  readonly nodePorts: ReadonlyMap<string, number>;
  readonly healthCheckNodePort: number | undefined;
  readonly loadBalancerIPs: readonly string[];
  /** Addresses of its endpoints on any port, in the order of the rules. */
  readonly podIPs: readonly string[];
}
