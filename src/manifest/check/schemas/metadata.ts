import {
  type Properties,
  type Schema,
  anything,
  closed,
  flagSchema,
  int64,
  listOf,
  open,
  textMapSchema,
  textSchema,
  timeSchema,
} from '../schema.ts';

const ownerReference = closed({
  apiVersion: textSchema,
  kind: textSchema,
  name: textSchema,
  uid: textSchema,
  controller: flagSchema,
  blockOwnerDeletion: flagSchema,
});

/** meta/v1 ObjectMeta. */
export const metadataSchema: Schema = closed({
  name: textSchema,
  generateName: textSchema,
  namespace: textSchema,
  selfLink: textSchema,
  uid: textSchema,
  resourceVersion: textSchema,
  generation: int64,
  creationTimestamp: timeSchema,
  deletionTimestamp: timeSchema,
  deletionGracePeriodSeconds: int64,
  labels: textMapSchema,
  annotations: textMapSchema,
  ownerReferences: listOf(ownerReference),
  finalizers: listOf(textSchema),
  // Gone since 1.24, but written by older clusters.
  clusterName: textSchema,
  managedFields: anything,
});

/** v1 ObjectReference, as in `targetRef`. */
export const referenceSchema: Schema = closed({
  kind: textSchema,
  namespace: textSchema,
  name: textSchema,
  uid: textSchema,
  apiVersion: textSchema,
  resourceVersion: textSchema,
  fieldPath: textSchema,
});

/** meta/v1 LabelSelector. */
export const labelSelectorSchema: Schema = closed({
  matchLabels: textMapSchema,
  matchExpressions: listOf(closed({ key: textSchema, operator: textSchema, values: listOf(textSchema) })),
});

/** A whole object: apiVersion, kind, metadata and the kind's own fields. */
export const objectSchema = (own: Properties): Schema =>
  closed({ apiVersion: textSchema, kind: textSchema, metadata: metadataSchema, ...own });

/** The same where only some of the kind's own fields are read. */
export const openObjectSchema = (own: Properties): Schema =>
  open({ apiVersion: textSchema, kind: textSchema, metadata: metadataSchema, ...own });
