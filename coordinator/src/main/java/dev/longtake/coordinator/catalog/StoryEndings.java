package dev.longtake.coordinator.catalog;

import dev.longtake.story.status.StorySummary;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Told of the stories whose lines are written, some of which have ended. */
public interface StoryEndings {

  /** Nobody is told. */
  StoryEndings NOT_TOLD = (connection, stories) -> {};

  /**
   * Notes what follows from it.
   *
   * @param connection of the transaction that writes the lines
   * @throws SQLException if the database refuses; then no line is written either
   */
  void note(Connection connection, List<StorySummary> stories) throws SQLException;
}
