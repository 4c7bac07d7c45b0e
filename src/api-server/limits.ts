/**
 * Limits for answers of the API server. They are far above those of real clusters: etcd holds no object above 1.5 MiB,
 * and 10,000 Services with 100,000 endpoints are about 30 MiB.
 */

const MEBIBYTE = 1024 * 1024;

/** How many objects are asked for at a time, as kubectl does. */
export const PAGE_SIZE = 500;

/** The bytes of one answer. */
export const MAX_ANSWER_BYTES = 256 * MEBIBYTE;

/** The bytes of an answer that only tells what is wrong. */
export const MAX_ERROR_BYTES = MEBIBYTE / 4;

/** The bytes of one event of a watch. */
export const MAX_EVENT_BYTES = 16 * MEBIBYTE;

/** The bytes that a plugin of kubeconfig may print: credentials are far below it. */
export const MAX_PLUGIN_BYTES = MEBIBYTE;

/** The characters that are kept of all objects of a kind. */
export const MAX_KEPT_LENGTH = 1024 * MEBIBYTE;

/** The pages of one list: 5 million objects. */
export const MAX_PAGES = 10_000;

/** How often a list is begun again because the server forgot its beginning. */
export const MAX_RESTARTS = 3;

/** How often one question is asked while the server is busy. */
export const MAX_ATTEMPTS = 5;

/** Milliseconds of the longest wait that a server may ask for. */
export const MAX_RETRY_AFTER = 60_000;

/** The objects of a text that goes to the reader of manifests. */
export const OBJECTS_IN_TEXT = 1000;
