/** Finds the kubeconfig files that kubectl would read, and reads them. */
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { type Diagnostic, diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { decodeText } from '../manifest/decode-text.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { type ObjectOf } from '../schema/pieces.ts';
import { validate } from '../schema/validate.ts';
import { formatPath } from '../text/json-path.ts';
import { type Place, placeAt } from '../text/source.ts';
import { type Answer } from './answer.ts';
import { kubeconfigSchema } from './kubeconfig-schema.ts';
import { type KubeConfig, loadKubeConfig } from './load-client.ts';

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the client calls a user whose token stands in a file. */
export const TOKEN_FILE = 'tokenFile';

/** Which kubeconfig to read. */
export interface KubeconfigChoice {
  /** Absent: those that `KUBECONFIG` names, else `~/.kube/config`. */
  readonly file?: string | undefined;
  readonly context?: string | undefined;
}

/**
 * Reads the kubeconfig that is meant; undefined when there is none. Of the files of `KUBECONFIG` those that do not
 * exist are passed over, and what an earlier file names wins. (ClientConfigLoadingRules.Load, client-go)
 */
export async function readKubeconfig(
  { file }: KubeconfigChoice,
  env: Environment,
): Promise<Answer<KubeConfig | undefined>> {
  const named = env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '') ?? [];
  const home = env['HOME'] ?? '';
  const ofUser = home === '' ? [] : [join(home, '.kube', 'config')];
  const paths = file === undefined ? (named.length > 0 ? named : ofUser) : [file];
  const read: KubeConfig[] = [];
  for (const path of paths) {
    const config = await readOne(path, file === undefined);
    if (config.failure !== undefined) return config;
    if (config.value !== undefined) read.push(config.value);
  }
  if (read.length === 0 && file === undefined && named.length > 0)
    return invalid(`${named.join(delimiter)}: KUBECONFIG names no file that exists`);
  return { value: read.reduceRight<KubeConfig | undefined>((others, one) => merge(one, others), undefined) };
}

/** Adds what `later` names and `first` does not. */
function merge(first: KubeConfig, later: KubeConfig | undefined): KubeConfig {
  if (later === undefined) return first;
  const all = <T extends { readonly name: string }>(own: readonly T[], others: readonly T[]): T[] => [
    ...own,
    ...others.filter(({ name }) => !own.some((known) => known.name === name)),
  ];
  const currentContext = textOr(first.getCurrentContext(), later.getCurrentContext());
  first.loadFromOptions({
    clusters: all(first.getClusters(), later.getClusters()),
    users: all(first.getUsers(), later.getUsers()),
    contexts: all(first.getContexts(), later.getContexts()),
    currentContext,
  });
  return first;
}

/** The client returns nothing where a file does not say, whatever its types promise. */
const textOr = (text: string | undefined, other: string): string =>
  text === undefined || text === '' ? other : text;

const invalid = (message: string, about: Pick<Diagnostic, 'place'> = {}): Answer<never> => ({
  failure: { problem: diagnostic('kubeconfig-invalid', message, about) },
});

async function readOne(path: string, mayBeMissing: boolean): Promise<Answer<KubeConfig | undefined>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeMissing) return { value: undefined };
    return invalid(`${path}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`}`);
  }
  return parse(path, bytes);
}

type Kubeconfig = ObjectOf<typeof kubeconfigSchema>;

/** The client knows files of tokens only as those of an account in a pod. */
function withTokenFiles(config: Kubeconfig, folder: string): unknown {
  const users = config.users?.map((named) => {
    const { tokenFile } = named?.user ?? {};
    if (named === null || typeof tokenFile !== 'string') return named;
    const provider = { name: TOKEN_FILE, config: { tokenFile: resolve(folder, tokenFile) } };
    return { ...named, user: { ...named.user, token: undefined, 'auth-provider': provider } };
  });
  return { ...config, users };
}

/** Messages tell places and no text: a line of the file may be a token. */
async function parse(path: string, bytes: Uint8Array): Promise<Answer<KubeConfig>> {
  const { value: source, problems } = decodeText(path, bytes);
  if (source === undefined) return { failure: { problem: problems[0] ?? diagnostic('not-text', path) } };
  const { value: documents, problems: broken } = readDocuments(source);
  const [document, second] = documents;
  if (hasErrors(broken) || second !== undefined)
    return invalid('is not the YAML of one kubeconfig', { place: broken[0]?.place ?? placeAt(source, 0) });
  if (!isFields(document?.value)) return invalid('is not a kubeconfig', { place: placeAt(source, 0) });
  const [mistake] = validate(document.value, kubeconfigSchema);
  if (mistake !== undefined) {
    const place = placeAt(source, document.offsetAt(mistake.path));
    return invalid(`${formatPath(mistake.path)} is not as in a kubeconfig`, { place });
  }
  return load(document.value, path, placeAt(source, 0));
}

const isFields = (value: unknown): value is Kubeconfig => typeof value === 'object' && value !== null;

/** Hands a checked kubeconfig to the client. */
async function load(value: Kubeconfig, path: string, place: Place): Promise<Answer<KubeConfig>> {
  const config = new (await loadKubeConfig())();
  try {
    config.loadFromString(JSON.stringify(withTokenFiles(value, dirname(path))));
  } catch (error) {
    const { message } = error as Error;
    return invalid(message.endsWith(' is missing') ? message : 'has an empty entry', { place });
  }
  config.makePathsAbsolute(dirname(path));
  return { value: config };
}
