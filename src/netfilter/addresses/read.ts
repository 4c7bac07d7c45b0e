import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { explainJson } from '../../manifest/json/explain-json.ts';
import { readJson } from '../../manifest/json/read-json.ts';
import { canonicalIp, familyOf } from '../../text/ip.ts';
import { placeAt, type Source } from '../../text/source.ts';

/** Stops reading after so many errors, because such a text is no list of addresses. */
const MOST_ERRORS = 100;

/**
 * Reads the addresses of an interface, both families: what `ip addr show` and `ip -j addr show` print, or its lines
 * with addresses alone. Leaves out link-local addresses, which the kernel gives. Returns undefined as the value, and
 * errors with their places, when the text is damaged.
 */
export const readAddresses = (source: Source): Outcome<readonly string[] | undefined> =>
  source.text.trimStart().startsWith('[') ? readAddressJson(source) : readAddressLines(source);

/** Lines of `ip addr show` that tell no address. */
const OTHER_LINE = /^(?:\d+: \S+|link\/|altname |valid_lft |vlan )/;
const ADDRESS_LINE = /^(inet6?) (\S+?)(?:\/(\d{1,3}))?(?: .*)?$/;

function readAddressLines(source: Source): Outcome<readonly string[] | undefined> {
  const addresses: string[] = [];
  const problems: Diagnostic[] = [];
  let offset = 0;
  for (const raw of source.text.split('\n')) {
    if (problems.length >= MOST_ERRORS) break;
    const line = raw.trim();
    const place = (): ReturnType<typeof placeAt> =>
      placeAt(source, offset + raw.length - raw.trimStart().length);
    const [, family, ip = ''] = ADDRESS_LINE.exec(line) ?? [];
    if (family !== undefined) {
      const found = addressIn(family, ip);
      if (found === undefined)
        problems.push(diagnostic('dump-syntax', `${ip} is no address of ${family}.`, { place: place() }));
      else addresses.push(found);
    } else if (line !== '' && !line.startsWith('#') && !OTHER_LINE.test(line)) {
      const message =
        'This is no line that ip addr show prints: inet ADDRESS/PREFIX, or inet6 ADDRESS/PREFIX.';
      problems.push(diagnostic('dump-syntax', message, { place: place() }));
    }
    offset += raw.length + 1;
  }
  return outcome(addresses, problems);
}

const outcome = (
  addresses: readonly string[],
  problems: readonly Diagnostic[],
): Outcome<readonly string[] | undefined> => ({
  value: problems.length > 0 ? undefined : [...new Set(addresses.filter((ip) => !/^fe[89ab]/.test(ip)))],
  problems,
});

function addressIn(family: string, ip: string): string | undefined {
  const wanted = family === 'inet' ? 'IPv4' : 'IPv6';
  return familyOf(ip) === wanted ? canonicalIp(ip) : undefined;
}

function readAddressJson(source: Source): Outcome<readonly string[] | undefined> {
  const read = readJson(source);
  const notFromIp = (offset: number): Diagnostic =>
    diagnostic(
      'dump-syntax',
      'expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it',
      {
        place: placeAt(source, offset),
      },
    );
  if (read === undefined)
    return { value: undefined, problems: [explainJson(source).problem ?? notFromIp(0)] };
  if (hasErrors(read.problems)) return { value: undefined, problems: read.problems };
  const [document] = read.value;
  const interfaces: unknown = document?.value;
  if (document === undefined || !Array.isArray(interfaces)) return outcome([], [notFromIp(0)]);
  const addresses: string[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, link] of interfaces.entries()) {
    const found = addressesOf(link);
    if (found === undefined) problems.push(notFromIp(document.offsetAt([index])));
    else for (const ip of found) addresses.push(ip);
  }
  return outcome(addresses, problems);
}

/** The addresses of one interface; undefined when it has another form. An empty object is one that was left out. */
function addressesOf(link: unknown): readonly string[] | undefined {
  if (typeof link !== 'object' || link === null) return undefined;
  const info: unknown = 'addr_info' in link ? link.addr_info : [];
  if (!Array.isArray(info)) return undefined;
  const found = info.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('family' in entry) || !('local' in entry))
      return undefined;
    const { family, local } = entry;
    return typeof family === 'string' && typeof local === 'string' ? addressIn(family, local) : undefined;
  });
  return found.every((ip) => ip !== undefined) ? found : undefined;
}
