package dev.longtake.ops.console;

import dev.longtake.words.Word;

/** How log lines are written. */
public enum LogFormat implements Word {
  /** For people. */
  TEXT,
  /** An object a line, for what collects logs: {@code log.schema.json}. */
  JSON
}
