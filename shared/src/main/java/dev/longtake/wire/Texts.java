package dev.longtake.wire;

/** Keeps texts within what a message may hold. */
final class Texts {

  private static final String CUT = " ...";

  private Texts() {}

  /** The text, its end replaced by dots if it is longer than {@code lengthMax} characters. */
  static String cut(String text, int lengthMax) {
    if (text.length() <= lengthMax) {
      return text;
    }
    int end = lengthMax - CUT.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
  }
}
