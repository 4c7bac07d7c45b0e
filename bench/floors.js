/**
 * What no program for the same task can do without. `node floors.js NAME FILE...`:
 *
 *     compile JSON SAVE OUT  reads JSON, parses it, makes one SHA-256 per chain name, writes the bytes of SAVE to OUT
 *     straight JSON OUT      writes the chains of cluster IPs and endpoints as iptables-save prints them, of this shape of
 *                            cluster and this release only, without a check, an option, a message or another mode
 *     yaml YAML              reads YAML with `yaml.parseAllDocuments`
 *     words SAVE             reads SAVE and splits each line into words
 */
import { createHash, hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const sha256 =
  hash === undefined
    ? (text) => createHash('sha256').update(text).digest('hex')
    : (text) => hash('sha256', text);

const FLOORS = {
  compile(input, compiled, output) {
    const { items } = JSON.parse(readFileSync(input, 'utf8'));
    for (const { kind, metadata, endpoints } of items) {
      const name = `${metadata.namespace}/${metadata.name}:http`;
      if (kind === 'Service') sha256(`${name}tcp`);
      else for (const { addresses } of endpoints) sha256(`${name}tcp${addresses[0]}:8080`);
    }
    writeFileSync(output, readFileSync(compiled));
  },
  straight(input, output) {
    const { items } = JSON.parse(readFileSync(input, 'utf8'));
    const chains = new Map();
    const portals = [];
    const addresses = endpointsByService(items);
    for (const { kind, metadata, spec } of items) {
      if (kind !== 'Service') continue;
      const key = `${metadata.namespace}/${metadata.name}`;
      const name = `${key}:http`;
      const service = `KUBE-SVC-${hashOf(`${name}tcp`)}`;
      const portal = `-d ${spec.clusterIP}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80`;
      portals.push(`-A KUBE-SERVICES ${portal} -j ${service}\n`);
      const rules = [`-A ${service} ! -s 10.128.0.0/9 ${portal} -j KUBE-MARK-MASQ\n`];
      const endpoints = (addresses.get(key) ?? []).sort((a, b) => (`${a}:` < `${b}:` ? -1 : 1));
      endpoints.forEach((ip, at) => {
        const chain = `KUBE-SEP-${hashOf(`${name}tcp${ip}:8080`)}`;
        const left = endpoints.length - at;
        const share = left === 1 ? '' : ` -m statistic --mode random --probability ${probability(left)}`;
        rules.push(`-A ${service}${share} -j ${chain}\n`);
        chains.set(
          chain,
          `-A ${chain} -s ${ip}/32 -j KUBE-MARK-MASQ\n-A ${chain} -p tcp -m tcp -j DNAT --to-destination ${ip}:8080\n`,
        );
      });
      chains.set(service, rules.join(''));
    }
    const names = [...chains.keys()].sort();
    const lines = [...names.map((name) => `:${name} - [0:0]\n`), ...portals];
    writeFileSync(output, lines.concat(names.map((name) => chains.get(name))).join(''));
  },
  async yaml(input) {
    const { parseAllDocuments } = await import('yaml');
    const documents = parseAllDocuments(readFileSync(input, 'utf8'));
    if (documents.some(({ errors }) => errors.length > 0)) throw new Error(`${input} has errors`);
  },
  words(input) {
    let words = 0;
    for (const line of readFileSync(input, 'utf8').split('\n')) words += line.split(' ').length;
    if (words === 0) throw new Error(`${input} is empty`);
  },
};

/** The first 16 characters of the SHA-256 of a text in base32. */
function hashOf(text) {
  const digits = BigInt(`0x${sha256(text).slice(0, 20)}`).toString(32);
  return digits.padStart(16, '0').replace(/./g, (digit) => BASE32[Number.parseInt(digit, 32)]);
}

/** One of so many, as the kernel keeps it. */
const probability = (left) => (Math.round(Number((1 / left).toFixed(10)) * 2 ** 31) / 2 ** 31).toFixed(11);

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The addresses of the endpoints of each Service. */
function endpointsByService(items) {
  const addresses = new Map();
  for (const { kind, metadata, endpoints } of items) {
    if (kind !== 'EndpointSlice') continue;
    const key = `${metadata.namespace}/${metadata.labels['kubernetes.io/service-name']}`;
    const known = addresses.get(key) ?? [];
    for (const endpoint of endpoints) known.push(endpoint.addresses[0]);
    addresses.set(key, known);
  }
  return addresses;
}

const [name, ...files] = process.argv.slice(2);
await FLOORS[name](...files);
