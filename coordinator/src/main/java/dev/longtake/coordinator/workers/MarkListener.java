package dev.longtake.coordinator.workers;

import dev.longtake.lease.WorkerMark;
import java.sql.Connection;
import java.sql.SQLException;

/** Told of what is from now on held against a worker. */
public interface MarkListener {

  /** Nobody is told. */
  MarkListener NOT_TOLD = (connection, mark) -> {};

  /**
   * Notes what follows from it.
   *
   * @param connection of the transaction that writes the mark
   * @throws SQLException if the database refuses; then nothing is held against the worker either
   */
  void note(Connection connection, WorkerMark mark) throws SQLException;
}
