import { type ReadDocument } from './document.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A kind of file that is often found beside manifests. */
interface OtherKind {
  readonly what: string;
  readonly fits: (baseName: string, root: JsonObject) => boolean;
}

const has = (object: JsonObject, key: string): boolean => Object.hasOwn(object, key);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In this order; the first that fits counts. */
const OTHER_KINDS: readonly OtherKind[] = [
  { what: 'a kustomization', fits: (name) => /^kustomization\.ya?ml$/i.test(name) },
  { what: 'a Helm chart', fits: (name, root) => /^chart\.ya?ml$/i.test(name) && has(root, 'name') },
  { what: 'Helm values', fits: (name) => /(?:^|[-_.])values(?:[-_.].*)?\.(?:ya?ml|json)$/i.test(name) },
  {
    what: 'a compose file',
    fits: (name, root) => /compose/i.test(name) || (isObject(root['services']) && has(root, 'version')),
  },
  {
    what: 'a workflow',
    fits: (_name, root) => isObject(root['jobs']) && (has(root, 'true') || has(root, 'on')),
  },
  { what: 'a dashboard', fits: (_name, root) => has(root, 'panels') || has(root, 'dashboard') },
  { what: 'an npm package', fits: (name) => /^package(?:-lock)?\.json$/.test(name) },
  { what: 'a kustomize component', fits: (_name, root) => has(root, 'resources') || has(root, 'patches') },
];

/** True for an object that was meant for Kubernetes, however incomplete. A chart has an apiVersion and a version. */
const isMeantForKubernetes = (object: JsonObject): boolean =>
  has(object, 'kind') || has(object, 'metadata') || (has(object, 'apiVersion') && !has(object, 'version'));

const isPatchStep = (item: unknown): boolean => isObject(item) && has(item, 'op') && has(item, 'path');

function recogniseDocument(baseName: string, root: unknown): string | undefined {
  if (Array.isArray(root)) {
    const items = root as readonly unknown[];
    if (items.length > 0 && items.every(isPatchStep)) return 'a JSON patch';
    const isOther = items.every((item) => isObject(item) && !isMeantForKubernetes(item));
    return isOther ? 'a list without Kubernetes objects' : undefined;
  }
  if (!isObject(root)) return undefined;
  const known = OTHER_KINDS.find(({ fits }) => fits(baseName, root));
  // Values of a chart may have keys of any name.
  if (known?.what === 'Helm values' && !(has(root, 'apiVersion') && has(root, 'kind'))) return known.what;
  if (isMeantForKubernetes(root)) return undefined;
  return known?.what ?? 'neither apiVersion nor kind in it';
}

/**
 * Recognises a text as something that is no manifest and not meant to be one: a kustomization, Helm values, a compose
 * file and the like. Returns what it is; undefined when any document in it is or should be a Kubernetes object.
 */
export function recogniseOther(file: string, documents: readonly ReadDocument[]): string | undefined {
  const baseName = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const kinds = documents.map(({ value }) => recogniseDocument(baseName, value));
  return kinds.every((kind) => kind !== undefined) ? kinds[0] : undefined;
}

/** Fields of a kustomization whose entries name files that are no manifests of their own, or have such a `path`. */
const FILE_FIELDS = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'configurations',
  'transformers',
] as const;

/**
 * Finds what a kustomization names as patches, configurations and the like, which look like manifests but are only
 * parts of them. Returns the names of files as it writes them; none for any other file.
 */
export function kustomizedFiles(file: string, documents: readonly ReadDocument[]): readonly string[] {
  const isNamedSo = /(?:^|[\\/])kustomization(?:\.ya?ml)?$/i.test(file);
  return documents.flatMap(({ value }) => {
    if (!isObject(value)) return [];
    const isKustomization =
      isNamedSo ||
      value['kind'] === 'Kustomization' ||
      value['apiVersion'] === 'kustomize.config.k8s.io/v1alpha1';
    if (!isKustomization) return [];
    return FILE_FIELDS.flatMap((field) => filesIn(value[field]));
  });
}

function filesIn(field: unknown): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(field) ? (field as readonly unknown[]) : [field];
  return entries
    .map((entry) => (isObject(entry) ? entry['path'] : entry))
    .filter((path) => typeof path === 'string')
    .filter((path) => !path.includes('\n'));
}
