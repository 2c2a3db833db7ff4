package dev.longtake.ops.report;

import dev.longtake.words.Word;

/**
 * Something that a person should know of a film.
 *
 * @param where which shot and when, or who
 * @param what a sentence on what is seen there
 * @param remedy a sentence on what to do
 */
record Finding(Severity severity, String where, String what, String remedy) {

  /** How bad it is. */
  enum Severity implements Word {
    PROBLEM,
    WARNING,
    NOTE
  }
}
