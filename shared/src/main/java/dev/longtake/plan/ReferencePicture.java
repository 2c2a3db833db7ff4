package dev.longtake.plan;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;

/** A picture that goes into every chunk of a shot, and how it is fitted to the frame. */
public record ReferencePicture(Digest digest, Fit fit) {

  /** How a picture is fitted to the frame. */
  public enum Fit {
    /** The whole picture on a white canvas: characters, props. */
    CANVAS,
    /** The frame is filled, what does not fit is cut off: scenes. */
    COVER
  }

  public ReferencePicture {
    requireNonNull(digest, "digest");
    requireNonNull(fit, "fit");
  }
}
