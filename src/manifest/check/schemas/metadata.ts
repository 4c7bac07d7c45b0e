import {
  type Closed,
  type Properties,
  anything,
  closed,
  flagSchema,
  int64,
  listOf,
  open,
  textMapSchema,
  textSchema,
  timeSchema,
} from '../../../schema/pieces.ts';

const ownerReference = closed({
  apiVersion: textSchema,
  kind: textSchema,
  name: textSchema,
  uid: textSchema,
  controller: flagSchema,
  blockOwnerDeletion: flagSchema,
});

const managedFields = closed({
  manager: textSchema,
  operation: textSchema,
  apiVersion: textSchema,
  time: timeSchema,
  fieldsType: textSchema,
  fieldsV1: anything,
  subresource: textSchema,
});

/** meta/v1 Condition. */
export const conditionSchema = closed({
  type: textSchema,
  status: textSchema,
  observedGeneration: int64,
  lastTransitionTime: timeSchema,
  reason: textSchema,
  message: textSchema,
});

/** meta/v1 ObjectMeta. */
export const metadataSchema = closed({
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
  managedFields: listOf(managedFields),
});

/** v1 ObjectReference, as in `targetRef`. */
export const referenceSchema = closed({
  kind: textSchema,
  namespace: textSchema,
  name: textSchema,
  uid: textSchema,
  apiVersion: textSchema,
  resourceVersion: textSchema,
  fieldPath: textSchema,
});

/** meta/v1 LabelSelector. */
export const labelSelectorSchema = closed({
  matchLabels: textMapSchema,
  matchExpressions: listOf(closed({ key: textSchema, operator: textSchema, values: listOf(textSchema) })),
});

/** The fields that every object has. */
const identity = { apiVersion: textSchema, kind: textSchema, metadata: metadataSchema };

/** An object of any kind: the fields that all kinds have. */
export const anyObjectSchema = open(identity);

/** A whole object: apiVersion, kind, metadata and the kind's own fields. */
export const objectSchema = <const P extends Properties>(own: P): Closed<typeof identity & P> =>
  closed({ ...identity, ...own });
