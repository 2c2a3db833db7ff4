package dev.longtake.picture;

/** A file that is not a picture we take. Does not leave this package. */
final class UnusablePictureException extends Exception {

  private final String expected;
  private final String found;

  /** Another kind of file, a damaged one, or colours that are not understood. */
  UnusablePictureException(String found) {
    this("a PNG, JPEG or WebP", found);
  }

  /**
   * @param expected follows "expected"
   * @param found follows "found"
   */
  UnusablePictureException(String expected, String found) {
    super("expected " + expected + ", found " + found);
    this.expected = expected;
    this.found = found;
  }

  String expected() {
    return expected;
  }

  String found() {
    return found;
  }
}
