import { describe, expect, it } from 'vitest';
import { inPieces, joinPieces } from '../../src/text/pieces.ts';

describe('inPieces', () => {
  it('puts short texts together until a piece is worth a call', () => {
    const long = 'x'.repeat(2 ** 16);
    expect([...inPieces(['a', 'b', long, 'c', long, 'd'])]).toEqual([`ab${long}`, `c${long}`, 'd']);
  });

  it('makes nothing of no texts', () => {
    expect([...inPieces([])]).toEqual([]);
    expect([...inPieces([''])]).toEqual([]);
  });
});

describe('joinPieces', () => {
  it('puts the pieces together', () => {
    expect(joinPieces(inPieces(['a', '', 'b']))).toBe('ab');
  });
});
