package dev.longtake.story.status;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** When a story was submitted, and whose it is. */
public record Submission(Instant at, Owner owner) {

  public Submission {
    requireNonNull(at, "at");
    requireNonNull(owner, "owner");
  }

  /** Where nobody is asked who it is. */
  public Submission(Instant at) {
    this(at, Owner.UNKNOWN);
  }
}
