package dev.longtake.coordinator.database;

/** The databases that there is a schema for. */
public enum Dialect {
  /** In a file, for one coordinator. */
  H2("h2"),
  /** A server, for any number of coordinators. */
  POSTGRESQL("postgresql");

  private final String folder;

  Dialect(String folder) {
    this.folder = folder;
  }

  /** Where the scripts of its schema are among the resources. */
  String scripts() {
    return "schema/" + folder;
  }
}
