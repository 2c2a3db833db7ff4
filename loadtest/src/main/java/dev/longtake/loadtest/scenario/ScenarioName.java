package dev.longtake.loadtest.scenario;

/** What a farm is put through. */
public enum ScenarioName {
  /** An idle farm gets 10,000 chunks: how long until every worker is at work? */
  FILL,
  /** Stories come one by one, so that the farm is kept seven tenths busy. */
  STEADY,
  /** A thousand stories come in ten seconds. */
  STORM,
  /** As steady, and in the middle every worker loses its connection at the same moment. */
  HERD,
  /** As steady, and one worker after another is drained and comes back as a new process. */
  ROLLING,
  /** As steady, and clients who want previews, scenes and films ask at the same time. */
  MIXED,
  /** One film of three hours. */
  LONG,
  /** Thirty days of stories, compressed: does anything grow that ought not to? */
  MONTH
}
