/**
 * Rules for names and labels. Each returns what is wrong with the text, one message a mistake, in the words of
 * apimachinery's pkg/util/validation and pkg/api/validate/content (1.36). Lengths are in ASCII characters: the patterns
 * refuse everything else.
 */
import { mustBeBetween } from './messages.ts';

/** No mistake. Every check shares this list, so that a valid value costs no memory. */
export const NO_MISTAKES: readonly string[] = Object.freeze([]);

// Each of these patterns takes linear time: a letter can match one repetition only.
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const NOT_A_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
  "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const NOT_A_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_PART_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const NOT_A_LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** The longest DNS label. */
export const LONGEST_LABEL = 63;
const LONGEST_SUBDOMAIN = 253;
const LONGEST_PORT_NAME = 15;

const atMostCharacters = (most: number): string => `must be no more than ${most} characters`;
const atMostBytes = (most: number): string => `must be no more than ${most} bytes`;

/**
 * Returns true for a DNS label, as nearly all names in a manifest are. It is a valid subdomain and a valid part of a
 * label, too.
 */
export const isDnsLabel = (text: string): boolean => text.length <= LONGEST_LABEL && DNS_LABEL.test(text);

/** Returns what is wrong with a DNS label: the name of a Service, a namespace or a port. (IsDNS1123Label) */
export function dnsLabelMistakes(text: string): readonly string[] {
  if (isDnsLabel(text)) return NO_MISTAKES;
  const mistakes = text.length <= LONGEST_LABEL ? [] : [atMostCharacters(LONGEST_LABEL)];
  if (DNS_LABEL.test(text)) return mistakes;
  mistakes.push(DNS_SUBDOMAIN.test(text) ? 'must not contain dots' : NOT_A_LABEL);
  return mistakes;
}

/** Returns what is wrong with DNS labels that are joined by dots: the name of most objects. (IsDNS1123Subdomain) */
export function dnsSubdomainMistakes(text: string): readonly string[] {
  if (isDnsLabel(text)) return NO_MISTAKES;
  const fits = text.length <= LONGEST_SUBDOMAIN;
  if (fits && DNS_SUBDOMAIN.test(text)) return NO_MISTAKES;
  const mistakes = fits ? [] : [atMostCharacters(LONGEST_SUBDOMAIN)];
  if (!DNS_SUBDOMAIN.test(text)) mistakes.push(NOT_A_SUBDOMAIN);
  return mistakes;
}

/**
 * Returns what is wrong with a domain name, which needs two labels at least, as in slices of FQDNs.
 * (IsFullyQualifiedDomainName)
 */
export function domainNameMistakes(text: string): readonly string[] {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const mistakes = dnsSubdomainMistakes(name);
  if (mistakes.length > 0) return [mistakes.join(',')];
  const labels = name.split('.');
  if (labels.length < 2) return ['should be a domain with at least two segments separated by dots'];
  return labels.some((label) => label.length > LONGEST_LABEL)
    ? [atMostCharacters(LONGEST_LABEL)]
    : NO_MISTAKES;
}

const WILDCARD_HOST = /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NOT_A_WILDCARD_HOST =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower " +
  "case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used " +
  "for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Returns what is wrong with the host `*.example.com` of an Ingress. (IsWildcardDNS1123Subdomain) */
export const wildcardHostMistakes = (text: string): readonly string[] => [
  ...(text.length <= LONGEST_SUBDOMAIN ? [] : [atMostCharacters(LONGEST_SUBDOMAIN)]),
  ...(WILDCARD_HOST.test(text) ? [] : [NOT_A_WILDCARD_HOST]),
];

/** Returns what is wrong with a name that stands between two slashes of a URL. (IsPathSegmentName) */
export function pathSegmentMistakes(text: string): readonly string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((bad) => text.includes(bad)).map((bad) => `may not contain '${bad}'`);
}

/** Labels that controllers set on every EndpointSlice. */
const GIVEN_KEYS: ReadonlySet<string> = new Set([
  'kubernetes.io/service-name',
  'endpointslice.kubernetes.io/managed-by',
]);

/**
 * Returns what is wrong with the key of a label, which may have a `prefix/`. Also for `appProtocol` and
 * `loadBalancerClass`. (IsLabelKey)
 */
export function labelKeyMistakes(text: string): readonly string[] {
  if (isDnsLabel(text) || GIVEN_KEYS.has(text)) return NO_MISTAKES;
  const parts = text.split('/', 3);
  if (parts.length === 3) {
    return [
      `a valid label key ${LABEL_PART_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, name] = parts.length === 2 ? [parts[0], parts[1] ?? ''] : [undefined, text];
  const prefixMistakes = prefix === undefined ? NO_MISTAKES : prefixPartMistakes(prefix);
  const nameMistakes = namePartMistakes(name);
  if (prefixMistakes.length === 0) return nameMistakes;
  return [...prefixMistakes, ...nameMistakes];
}

function prefixPartMistakes(prefix: string): readonly string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return dnsSubdomainMistakes(prefix).map((mistake) => `prefix part ${mistake}`);
}

function namePartMistakes(name: string): readonly string[] {
  const fits = name !== '' && name.length <= LONGEST_LABEL;
  if (fits && LABEL_PART.test(name)) return NO_MISTAKES;
  const mistakes: string[] = [];
  if (name === '') mistakes.push('name part must be non-empty');
  else if (!fits) mistakes.push(`name part ${atMostBytes(LONGEST_LABEL)}`);
  if (!LABEL_PART.test(name)) mistakes.push(`name part ${LABEL_PART_RULE}`);
  return mistakes;
}

/** Returns what is wrong with the value of a label, or a zone name in hints. (IsLabelValue) */
export function labelValueMistakes(text: string): readonly string[] {
  if (isDnsLabel(text)) return NO_MISTAKES;
  const fits = text.length <= LONGEST_LABEL;
  const matches = text === '' || LABEL_PART.test(text);
  if (fits && matches) return NO_MISTAKES;
  const mistakes = fits ? [] : [atMostBytes(LONGEST_LABEL)];
  if (!matches) mistakes.push(NOT_A_LABEL_VALUE);
  return mistakes;
}

/** Returns what is wrong with the name of a container's port, or a `targetPort` that is a name. (IsValidPortName) */
export function portNameMistakes(text: string): readonly string[] {
  const mistakes: string[] = [];
  if (text.length > LONGEST_PORT_NAME) mistakes.push(atMostCharacters(LONGEST_PORT_NAME));
  if (!/^[-a-z0-9]+$/.test(text)) {
    mistakes.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(text)) mistakes.push('must contain at least one letter (a-z)');
  if (text.includes('--')) mistakes.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) mistakes.push('must not begin or end with a hyphen');
  return mistakes;
}

const NOT_A_PORT: readonly string[] = Object.freeze([mustBeBetween(1, 65535)]);

/** Returns true for a port number. */
export const isPortNumber = (port: number): boolean => port >= 1 && port <= 65535;

/** Returns what is wrong with a port number. (IsValidPortNum) */
export const portNumberMistakes = (port: number): readonly string[] =>
  isPortNumber(port) ? NO_MISTAKES : NOT_A_PORT;
