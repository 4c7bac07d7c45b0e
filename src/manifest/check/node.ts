import { type ObjectOf } from '../../schema/pieces.ts';
import { parseCidr } from '../../text/ip.ts';
import { type Node, type ObjectMeta } from '../types.ts';
import { networkMistakes } from './addresses.ts';
import { fields, filledText, items, text, texts } from './json.ts';
import { invalid } from './messages.ts';
import { type Report } from './report.ts';
import { type nodeSchema } from './schemas/node.ts';

/**
 * Reads a Node and fills in its defaults. The result is not checked yet. podCIDR replaces podCIDRs unless podCIDRs
 * begins with it. (Convert_v1_NodeSpec_To_core_NodeSpec, pkg/apis/core/v1/conversion.go, 1.36)
 */
export function readNode(raw: ObjectOf<typeof nodeSchema>, metadata: ObjectMeta): Node {
  const spec = fields(raw.spec);
  const podCIDR = filledText(spec.podCIDR);
  const podCIDRs = texts(spec.podCIDRs);
  const addresses = items(fields(raw.status).addresses).map(fields);
  return {
    kind: 'Node',
    metadata,
    spec: { podCIDRs: podCIDR !== undefined && podCIDR !== podCIDRs[0] ? [podCIDR] : podCIDRs },
    status: {
      addresses: addresses.map((address) => ({
        type: text(address.type),
        address: text(address.address),
      })),
    },
  };
}

/**
 * Checks the rules for the fields of a Node that are read. (ValidateNode, pkg/apis/core/validation, 1.36) The API
 * server accepts any text as an address; readers skip a text that is no address.
 */
export function checkNodeRules(node: Node, raw: ObjectOf<typeof nodeSchema>, report: Report): void {
  const { podCIDRs } = node.spec;
  const podCIDR = fields(raw.spec).podCIDR;
  const path = ['spec', 'podCIDRs'];
  for (const [index, network] of podCIDRs.entries()) {
    const at = network === podCIDR ? ['spec', 'podCIDR'] : [...path, index];
    report.invalid([...path, index], network, networkMistakes(network), at);
  }
  const families = new Set(podCIDRs.map((network) => parseCidr(network)?.family));
  if (podCIDRs.length > families.size) {
    report.error(path, invalid(podCIDRs, 'may specify no more than one CIDR for each IP family'));
  }
}
