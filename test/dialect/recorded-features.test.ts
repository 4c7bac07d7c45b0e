import { expect, it } from 'vitest';
import { featuresFor } from '../../src/dialect/features.ts';
import { recordFeatures } from '../../src/dialect/recorded-features.ts';

const answers = featuresFor('1.32');
const newer = { ...answers, nodeHints: !answers.nodeHints };

it('answers as the release does', () => {
  expect({ ...recordFeatures(answers).features }).toEqual(answers);
});

it('tells two releases apart by what was asked for', () => {
  const { features, isAnsweredAlike } = recordFeatures(answers);
  expect(isAnsweredAlike(newer)).toBe(true);
  expect(features.trafficDistribution).toBe(true);
  expect(isAnsweredAlike(newer)).toBe(true);
  expect(features.nodeHints).toBe(false);
  expect(isAnsweredAlike(newer)).toBe(false);
  expect(isAnsweredAlike({ ...answers })).toBe(true);
});
