import { type Feature } from '../dialect/history.ts';
import { type Features } from '../dialect/features.ts';
import { type Version } from '../dialect/version.ts';
import { type LocalTraffic, type ProxySettings } from '../proxy/settings.ts';
import { type NftVersion } from '../netfilter/nftables/nft-release.ts';
import { type ProxyState } from '../proxy/state.ts';
import { type Cidr, type IpFamily } from '../text/ip.ts';
import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { type Comparison } from './comparison.ts';

/** The types with which a mode works. */
export interface ModeTypes {
  /** What a node holds. */
  readonly model: unknown;
  /** What was read from a node, with everything else that its text holds. */
  readonly dump: { readonly family: IpFamily };
  /** What a difference names: a rule, an element of a set. */
  readonly part: unknown;
}

/** What can be asked for when a model of a mode is printed. */
export interface OutputForms {
  /** Forms in which `print` writes a model, the usual one first. */
  readonly formats: readonly [string, ...(readonly string[])];
  /** Names of the parts of a model, such as tables, that can be printed alone. */
  readonly parts: readonly string[];
  /** The option that chooses among them. */
  readonly partOption: '-t' | '--part';
}

/**
 * The functions that every proxy mode has to build and print the rules of a node. Each mode has its own type
 * of model. Callers pass a model from one function to the next and do not look inside. Every function works
 * on one IP family.
 */
export interface BuildingMode<Types extends ModeTypes> {
  /** Builds what kube-proxy writes for its state on an otherwise empty node. */
  readonly build: (state: ProxyState, settings: ProxySettings, features: Features) => Types['model'];

  /** A model as text, in pieces that are made when they are asked for. */
  readonly print: (model: Types['model'], options: PrintOptions) => Iterable<string>;

  /** Warns of what keeps kube-proxy from bringing the model into the kernel. */
  readonly foresee: (state: ProxyState, settings: ProxySettings, features: Features) => readonly Diagnostic[];
}

/** A proxy mode that can also read, recognise and compare dumps of nodes. */
export interface Mode<Types extends ModeTypes> extends BuildingMode<Types> {
  /**
   * Reads the output of a node. Uses `assumedFamily` when the text does not show its family. Returns
   * undefined, and errors that say where and what, when any part of the text is not understood.
   */
  readonly read: (source: Source, assumedFamily: IpFamily) => Outcome<Types['dump'] | undefined>;

  /** The model that a dump holds. */
  readonly modelOf: (dump: Types['dump']) => Types['model'];

  /** Finds the release and the settings of the kube-proxy that wrote a dump. */
  readonly recognise: (dump: Types['dump']) => Recognition;

  /** Whether what the mode writes names endpoints: only then is an input without any worth a warning. */
  readonly namesEndpoints: boolean;

  /** Returns an equal model that may share parts with a dump: a large one takes the memory only once then. */
  readonly shareWith: (model: Types['model'], dump: Types['dump']) => Types['model'];

  /** Returns true when two models are exactly equal. Comparing one of them with a dump is then enough. */
  readonly isSame: (one: Types['model'], other: Types['model']) => boolean;

  /** Compares what a node should hold with what it holds, by meaning. */
  readonly compare: (
    expected: Types['model'],
    actual: Types['dump'],
    options: CompareOptions,
  ) => Comparison<Types['part']>;

  /** One line for a part of a model that a comparison names, as the node's own tool prints it. */
  readonly printPart: (part: Types['part'], family: IpFamily) => string;

  /** Brings everything that has no meaning into one form, so that equal texts mean the same. */
  readonly canonical: (model: Types['model']) => Types['model'];

  /**
   * The hunks of a unified diff between the canonical forms; empty when these do not show the differences.
   * Hunks have no head.
   */
  readonly unified: (
    expected: Types['model'],
    actual: Types['dump'],
    comparison: Comparison<Types['part']>,
    request: UnifiedRequest,
  ) => string;

  /** The program that wrote a dump, as `iptables 1.8.9 (nf_tables)`; empty when the dump does not say. */
  readonly toolOf: (dump: Types['dump']) => string;
}

/** What of two models a unified diff shows. */
export interface UnifiedRequest {
  /** Some of the mode's parts; absent: all. */
  readonly parts?: readonly string[] | undefined;
  /** Tells whether the user asked for a service port, or for the node's own rules (undefined). */
  readonly isWanted: (servicePort: string | undefined) => boolean;
}

/** How a model is written. */
export interface PrintOptions {
  /** One of the mode's formats; absent: the usual one. */
  readonly format?: string | undefined;
  /** Some of the mode's parts; absent: all tables, or the rules among parts of other kinds. */
  readonly parts?: readonly string[] | undefined;
  /** The release of nft whose spelling is wanted; absent: the newest. */
  readonly nftVersion?: NftVersion | undefined;
}

/** What is compared, and how strictly. */
export interface CompareOptions {
  /** Some of the mode's parts; absent: all. */
  readonly parts?: readonly string[] | undefined;
  /** Reports chains that no rule leads to as differences, not as notes. */
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
  /**
   * Versions that fit nearly as well, including the best ones. Somebody may have changed the rules in which
   * they differ.
   */
  readonly near: readonly Version[];
  /** By version, the features for which the dump shows another value than the version has. */
  readonly misfitsOf: ReadonlyMap<Version, readonly Feature[]>;
  /**
   * Returns the versions for which the node lacks nothing that most nodes have. Returns all given versions
   * when there are none.
   */
  readonly likely: (versions: readonly Version[]) => readonly Version[];
  /** Says in words why some of the given versions are not likely. */
  readonly whyUnlikely: (versions: readonly Version[]) => readonly string[];
  readonly settings: ObservedSettings;
  /** Every Service that the dump names, by `namespace/name`; worked out when first asked for. */
  readonly services: () => ReadonlyMap<string, LiveService>;
}

/** The settings that a dump shows. A setting that it does not show is absent. */
export interface ObservedSettings {
  readonly masqueradeBit?: number;
  readonly masqueradeAll?: boolean;
  readonly localTraffic?: LocalTraffic;
  readonly localhostNodePorts?: boolean;
  /** The addresses that serve node ports, when only some of the node's addresses do. */
  readonly nodePortIps?: readonly string[];
  /** Every address of the node serves node ports. A mode in which that is the default does not say it. */
  readonly nodePortsEverywhere?: true;
  /** The addresses that have virtual servers of node ports (mode ipvs). */
  readonly serverIps?: readonly string[];
  /** The node's own address, to which its packets are led (mode userspace). */
  readonly hostIP?: string;
  /** The one address on which the proxy listens (mode userspace). */
  readonly listenIP?: string;
  /** The scheduler of most virtual servers (mode ipvs). */
  readonly scheduler?: string;
  /** An address that explains which source ranges let the node itself pass. */
  readonly nodeIP?: string;
  readonly nfacct?: boolean;
  readonly randomFully?: boolean;
  readonly tcpBeLiberal?: boolean;
  /** The networks to whose unused cluster IPs traffic is dropped. */
  readonly serviceCidrs?: readonly Cidr[];
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
