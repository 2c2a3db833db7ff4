package dev.longtake.tensor.cuda.kernel;

/** Machine code that a driver does not take; made in another way, it may. */
public final class CodeRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  public CodeRefusedException(String message) {
    super(message);
  }
}
