/**
 * What is written and how: events as protobuf messages of {@code journal.proto}, in the tables of
 * pekko-persistence-jdbc. The records of {@code coordinator.story} may be renamed; the bytes here
 * stay readable, which golden files in the test resources hold them to. No other package knows the
 * form.
 */
@NullMarked
package dev.longtake.coordinator.journal;

import org.jspecify.annotations.NullMarked;
