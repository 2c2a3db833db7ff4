package dev.longtake.coordinator.dispatch;

/** Something that must never be was found. */
final class SimViolation extends RuntimeException {

  private static final long serialVersionUID = 1;

  SimViolation(String what) {
    super(what);
  }
}
