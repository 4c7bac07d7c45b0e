import { describe, expect, it } from 'vitest';
import { nodesText, reportNodes, reviewOfNodes } from '../../src/report/nodes.ts';
import { reviewOfDifferences } from '../../src/report/review.ts';
import { type Review } from '../../src/review/review.ts';
import { textReview } from '../../src/review/text.ts';

const review = (messages: readonly string[], notes: readonly string[] = []): Review => ({
  summary: `${messages.length} differ`,
  groups: messages.map((message) => ({
    name: 'default/web',
    items: [{ code: 'missing-endpoint', severity: 'error', message, lines: [] }],
  })),
  notes,
});

describe('the report of many nodes', () => {
  it('tells the commonest difference first, and notes with their nodes', () => {
    const report = reportNodes([
      { name: 'a', review: review(['x'], ['KUBE-SVC-OLD is left over']) },
      { name: 'b', review: review(['y'], ['KUBE-SVC-OLD is left over']) },
      { name: 'c', review: review(['y']) },
      { name: 'd', review: review([]) },
    ]);
    expect(nodesText(report)).toBe(`2 of 4 nodes: default/web: y
  b, c
1 of 4 nodes: default/web: x
  a

note: 2 of 4 nodes: KUBE-SVC-OLD is left over

a: 1 differ
b: 1 differ
c: 1 differ

3 of 4 nodes differ, 1 is equal
`);
    expect(reviewOfNodes(report)).toMatchObject({
      summary: '3 of 4 nodes differ, 1 is equal',
      notes: ['2 of 4 nodes (a, b): KUBE-SVC-OLD is left over'],
    });
  });

  it('tells of one node, of all, and of one among equal ones', () => {
    const last = (...reviews: readonly Review[]): string | undefined =>
      nodesText(reportNodes(reviews.map((one, at) => ({ name: `node-${at}`, review: one }))))
        .trim()
        .split('\n')
        .at(-1);
    expect(last(review([]))).toBe('the node is programmed as the cluster says');
    expect(last(review([]), review([]))).toBe('all 2 nodes are programmed as the cluster says');
    expect(last(review(['x']), review([]), review([]))).toBe('1 of 3 nodes differs, 2 are equal');
  });
});

describe('a review of differences', () => {
  const context = {
    print: (part: string) => part,
    placeOf: () => undefined,
    versions: { fitting: '', likely: '', reasons: [] },
    unusual: ['masquerade bit 15'],
    tool: '',
  };
  const difference = {
    kind: 'stale-endpoint' as const,
    service: undefined,
    table: 'nat',
    chain: 'A',
    message: 'the node still leads traffic to 10.0.0.1:80, where no rule should',
    expected: ['old'],
    actual: ['new'],
  };
  const comparison = { differences: [difference], notes: [], servicePorts: [], leftovers: [] };

  it('is about the node, or about the file in its place', () => {
    const [node] = reviewOfDifferences(comparison, context).groups;
    expect(node?.items).toEqual([
      {
        code: 'stale-endpoint',
        severity: 'error',
        message: difference.message,
        place: undefined,
        lines: ['- old', '+ new'],
      },
    ]);
    const [file] = reviewOfDifferences(comparison, { ...context, file: 'a.save' }).groups;
    expect(file?.items).toEqual([
      {
        code: 'stale-endpoint',
        severity: 'error',
        message: 'the file still leads traffic to 10.0.0.1:80, where no rule should',
        place: { file: 'a.save', line: 1, column: 1 },
        lines: ['- new', '+ old'],
      },
    ]);
  });

  it('tells as text what was taken from the dump, and cuts nothing with -v', () => {
    const found = reviewOfDifferences({ ...comparison, differences: [] }, context);
    expect(textReview(found, { verbose: false })).toBe(
      'note: taken from the dump, unlike the defaults: masquerade bit 15\n0 Services equal\n',
    );
    const long = review(['x'.repeat(2000)]);
    expect(textReview(long, { verbose: true })).toContain('x'.repeat(2000));
    expect(textReview(long, { verbose: false })).not.toContain('x'.repeat(1001));
  });
});
