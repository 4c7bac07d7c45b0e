import { readList } from '../../src/netfilter/nftables/list.ts';
import { compileNftables } from '../../src/packets/nftables/compile-program.ts';
import { type Program } from '../../src/packets/program.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { type Asked, inWords, NODE_ADDRESSES, traceProgram } from './trace-rules.ts';

/** What `nft list ruleset` prints, as a program; throws when it cannot be read. */
export function nftProgram(text: string, family: IpFamily = 'IPv4'): Program {
  const { value, problems } = readList({ name: 'rules', text });
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return compileNftables(value, family, NODE_ADDRESSES);
}

/** A chain that a hook calls; the other lines are its rules. */
export const base = (name: string, head: string, ...rules: readonly string[]): string =>
  `chain ${name} {\n type ${head};\n${rules.join('\n')}\n}\n`;

/** A chain that rules lead to. */
export const chain = (name: string, ...rules: readonly string[]): string =>
  `chain ${name} {\n${rules.join('\n')}\n}\n`;

/** A table; `head` is its family and its name. */
export const table = (head: string, ...objects: readonly string[]): string =>
  `table ${head} {\n${objects.join('\n')}\n}\n`;

/** A line for each outcome: `1/2 DNAT 10.0.0.1:80 masquerade`. */
export const nftOutcomes = (text: string, asked: Asked = {}, family: IpFamily = 'IPv4'): readonly string[] =>
  inWords(traceProgram(nftProgram(text, family), asked));
