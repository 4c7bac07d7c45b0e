import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { historyCases, historyRequest, historyTexts } from '../helpers/history-cases.ts';
import { rulesOf } from '../helpers/rules.ts';

describe.each(historyCases())('what kube-proxy writes for %s, by its source', (name) => {
  it.each(historyTexts([name]).map((text) => ({ ...text })))('$version $ipFamily', (text) => {
    const { value, problems } = compile(historyRequest(name, text.version, text.ipFamily));
    const errors = problems.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
    expect(errors).toEqual([]);
    expect(value && printSave(rulesOf(value))).toBe(readFileSync(text.file, 'utf8'));
  });
});
