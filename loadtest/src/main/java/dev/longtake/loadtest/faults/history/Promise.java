package dev.longtake.loadtest.faults.history;

/** What a farm promises, whatever dies, sleeps, lies or is cut off. */
public enum Promise {
  ENDS(1, "every accepted story reaches an end"),
  ONE_ATTEMPT(2, "each piece of work has one committed attempt, and attempts only grow"),
  FENCED(3, "nothing that a superseded attempt says changes anything"),
  SAME_FILM(4, "the film's digest is that of a run without faults"),
  ALL_FRAMES(5, "every frame is there once"),
  LIMITS(6, "the latent store holds no more than its share of the heap"),
  REPLAY(7, "what the journal comes to is what was told"),
  NO_BLOB_MISSING(8, "no file of the film is missing, none of its checkpoints is left"),
  COUNTS(9, "meters equal the counts in the history"),
  SAME_STORY(10, "the same request gives the same story, whichever coordinator is asked"),
  LITTLE_LOST(11, "a fault costs at most one checkpoint interval of each chunk"),
  NOTHING_LEFT(12, "nothing is left behind");

  private final int number;
  private final String words;

  Promise(int number, String words) {
    this.number = number;
    this.words = words;
  }

  /** In a sentence. */
  public String words() {
    return words;
  }

  /** From 1, as documents count them. */
  public int number() {
    return number;
  }
}
