package dev.longtake.coordinator.database;

/** The databases that there is a schema for, and where their SQL differs. */
public enum Dialect {
  /** In a file, for one coordinator. */
  H2("h2", "SELECT NEXT VALUE FOR story_sequence"),
  /** A server, for any number of coordinators. */
  POSTGRESQL("postgresql", "SELECT NEXTVAL('story_sequence')");

  private final String folder;
  private final String nextStory;

  Dialect(String folder, String nextStory) {
    this.folder = folder;
    this.nextStory = nextStory;
  }

  /** Where the scripts of its schema are among the resources. */
  String scripts() {
    return "schema/" + folder;
  }

  /** Draws the number of the next story. */
  public String nextStory() {
    return nextStory;
  }
}
