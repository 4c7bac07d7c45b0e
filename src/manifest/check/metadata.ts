import { type ObjectName } from '../../diagnostics/diagnostic.ts';
import { type ObjectOf } from '../../schema/pieces.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type ObjectMeta } from '../types.ts';
import { generatedName } from './generated-name.ts';
import { fields, filledText, flag, items, number, text, textMap, texts } from './json.ts';
import { invalid, required, tooLong } from './messages.ts';
import { dnsLabelMistakes, labelKeyMistakes, labelValueMistakes } from './names.ts';
import { type Report } from './report.ts';
import { type anyObjectSchema, type metadataSchema } from './schemas/metadata.ts';
import { type Writable } from './unchecked.ts';

/** An object of any kind that has passed its schema. */
export type AnyObject = ObjectOf<typeof anyObjectSchema>;
type Metadata = ObjectOf<typeof metadataSchema>;

/** The fields that name an object, checked or not. */
interface NamingFields {
  readonly name?: unknown;
  readonly generateName?: unknown;
  readonly namespace?: unknown;
}

/** How objects of a kind are named: the rule for the name, and whether they have a namespace. */
export interface Naming {
  readonly namespaced: boolean;
  readonly mistakes: (name: string) => readonly string[];
}

const DEFAULT_NAMESPACE = 'default';

/** Returns the namespace of an object; an empty text for kinds without namespaces. */
export function namespaceOf(metadata: NamingFields, naming: Naming): string {
  if (!naming.namespaced) return '';
  return filledText(metadata.namespace) ?? DEFAULT_NAMESPACE;
}

/** Returns the name of the object for messages. Long names are cut. */
export function subjectOf(kind: string, metadata: NamingFields, naming: Naming): ObjectName {
  const prefix = filledText(metadata.generateName);
  const name = filledText(metadata.name) ?? (prefix === undefined ? '(no name)' : `${prefix}*`);
  const namespace = namespaceOf(metadata, naming);
  return { kind, namespace: namespace.slice(0, 80), name: name.slice(0, 80) };
}

/** Returns the metadata with defaults. `raw` is the whole object, from which a missing name is generated. */
export function readMetadata(raw: AnyObject, naming: Naming): ObjectMeta {
  const metadata = fields(raw.metadata);
  const result: Writable<ObjectMeta> = {
    name: filledText(metadata.name) ?? generatedName(text(metadata.generateName), raw),
    namespace: namespaceOf(metadata, naming),
    labels: textMap(metadata.labels),
    annotations: textMap(metadata.annotations),
  };
  const deletionTimestamp = filledText(metadata.deletionTimestamp);
  if (deletionTimestamp !== undefined) result.deletionTimestamp = deletionTimestamp;
  if (metadata.ownerReferences !== undefined) {
    const controller = items(metadata.ownerReferences)
      .map(fields)
      .find((owner) => flag(owner.controller));
    if (controller !== undefined) {
      result.controller = { kind: text(controller.kind), name: text(controller.name) };
    }
  }
  return result;
}

/** Checks the rules for metadata. (ValidateObjectMeta, apimachinery pkg/api/validation/objectmeta.go, 1.36) */
export function checkMetadata(raw: AnyObject, meta: ObjectMeta, naming: Naming, report: Report): void {
  const metadata = fields(raw.metadata);
  checkName(metadata, naming, report);
  checkNamespace(meta, naming, report);
  if (number(metadata.generation) < 0) {
    const message = invalid(number(metadata.generation), 'must be greater than or equal to 0');
    report.error(['metadata', 'generation'], message);
  }
  checkLabels(meta.labels, ['metadata', 'labels'], report);
  checkAnnotations(meta.annotations, report);
  if (metadata.ownerReferences !== undefined) checkOwners(metadata, report);
  if (metadata.finalizers !== undefined) checkFinalizers(texts(metadata.finalizers), report);
}

function checkName(metadata: Metadata, naming: Naming, report: Report): void {
  const prefix = text(metadata.generateName);
  const name = text(metadata.name);
  if (prefix !== '') {
    // A trailing dash is valid because the API server appends letters to it.
    const asName = prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
    report.invalid(['metadata', 'generateName'], prefix, naming.mistakes(asName));
  }
  if (name !== '') {
    report.invalid(['metadata', 'name'], name, naming.mistakes(name));
  } else if (prefix === '') {
    report.error(['metadata', 'name'], required('name or generateName is required'));
  }
}

/**
 * Checks the namespace. Kinds without namespaces may name one: the API server takes it away.
 * (EnsureObjectNamespaceMatchesRequestNamespace, apiserver/pkg/registry/rest, 1.36)
 */
function checkNamespace({ namespace }: ObjectMeta, { namespaced }: Naming, report: Report): void {
  if (namespaced) report.invalid(['metadata', 'namespace'], namespace, dnsLabelMistakes(namespace));
}

/**
 * Checks keys and values of labels, or of a selector, at `path`. As in messages of the API server, the path names the
 * map and not the key.
 */
export function checkLabels(labels: Readonly<Record<string, string>>, path: JsonPath, report: Report): void {
  for (const key in labels) {
    const value = labels[key] ?? '';
    const keyMistakes = labelKeyMistakes(key);
    const valueMistakes = labelValueMistakes(value);
    if (keyMistakes.length > 0) report.invalid(path, key, keyMistakes, [...path, key]);
    if (valueMistakes.length > 0) report.invalid(path, value, valueMistakes, [...path, key]);
  }
}

const MOST_ANNOTATION_BYTES = 256 * 1024;

function checkAnnotations(annotations: Readonly<Record<string, string>>, report: Report): void {
  const path = ['metadata', 'annotations'];
  let bytes = 0;
  for (const key in annotations) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? '');
    report.invalid(path, key, labelKeyMistakes(key.toLowerCase()), [...path, key]);
  }
  if (bytes > MOST_ANNOTATION_BYTES) report.error(path, tooLong(MOST_ANNOTATION_BYTES));
}

function checkOwners(metadata: Metadata, report: Report): void {
  const path = ['metadata', 'ownerReferences'];
  let controllers = 0;
  for (const [index, owner] of items(metadata.ownerReferences).map(fields).entries()) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (field === 'apiVersion' ? hasVersion(text(owner[field])) : text(owner[field]) !== '') continue;
      const why = field === 'apiVersion' ? 'version must not be empty' : 'must not be empty';
      report.error([...path, field], invalid(text(owner[field]), why), [...path, index, field]);
    }
    if (flag(owner.controller)) controllers += 1;
    if (flag(owner.controller) && controllers > 1) {
      report.error(path, 'Only one reference can have controller set to true', [...path, index]);
    }
  }
}

/** Whether the apiVersion is `version` or `group/version`. */
const hasVersion = (apiVersion: string): boolean => /^(?:[^/]*\/)?[^/]+$/.test(apiVersion);

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function checkFinalizers(finalizers: readonly string[], report: Report): void {
  const path = ['metadata', 'finalizers'];
  for (const [index, finalizer] of finalizers.entries()) {
    const at = [...path, index];
    report.invalid(path, finalizer, labelKeyMistakes(finalizer), at);
    if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) {
      const why = 'name is neither a standard finalizer name nor is it fully qualified';
      report.error(at, invalid(finalizer, why));
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    report.error(path, invalid(finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}
