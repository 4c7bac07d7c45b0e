import { type Features } from './features.ts';
import { type Feature } from './history.ts';

/** The features of a release, and which of them somebody asked for so far. */
export interface RecordedFeatures {
  readonly features: Features;
  /** Tells whether another release answers all that was asked for so far in the same way. */
  readonly isAnsweredAlike: (other: Features) => boolean;
}

/**
 * Records which features are asked for. Where two releases answer alike, whatever was made with one is what would be
 * made with the other: most rows of the history are about what few clusters have.
 */
export function recordFeatures(answers: Features): RecordedFeatures {
  const asked = new Set<Feature>();
  const features = new Proxy(answers, {
    get: (_, name) => {
      const feature = name as Feature;
      asked.add(feature);
      return answers[feature];
    },
  });
  const isAnsweredAlike = (other: Features): boolean =>
    [...asked].every((feature) => other[feature] === answers[feature]);
  return { features, isAnsweredAlike };
}
