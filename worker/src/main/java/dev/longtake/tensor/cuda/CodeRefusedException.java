package dev.longtake.tensor.cuda;

/** Machine code that a driver does not take; made in another way, it may. */
final class CodeRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  CodeRefusedException(String message) {
    super(message);
  }
}
