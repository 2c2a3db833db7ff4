package dev.longtake.security;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller shows to be known: {@code longtake_ID_SECRET}. The id is told in lists and logs,
 * the rest is 256 random bits that nobody keeps but its owner; a farm keeps its digest. It shows
 * itself without them wherever it is printed.
 */
public final class FarmToken {

  private static final String PREFIX = "longtake_";
  private static final Pattern FORM = Pattern.compile(PREFIX + "([0-9a-f]{12})_([0-9a-f]{64})");
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;

  private final String id;
  private final String text;

  private FarmToken(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** A new one. */
  public static FarmToken draw(SecureRandom random) {
    byte[] idBytes = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(idBytes);
    random.nextBytes(secret);
    HexFormat hex = HexFormat.of();
    String id = hex.formatHex(idBytes);
    return new FarmToken(id, PREFIX + id + "_" + hex.formatHex(secret));
  }

  /** Reads one; empty if it is not one, whatever it is then. */
  public static Optional<FarmToken> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches() ? Optional.of(new FarmToken(form.group(1), text)) : Optional.empty();
  }

  /**
   * Reads one that a person has put somewhere.
   *
   * @param where for the message, which never has the text
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if it is not one
   */
  public static FarmToken read(String where, String text) {
    return parse(text.strip())
        .orElseThrow(
            () ->
                new LongtakeException(
                    ErrorCode.CONFIGURATION_INVALID,
                    "%s: expected a token of longtake tokens create, found something else"
                        .formatted(where)));
  }

  /** Tells it from others; no secret. */
  public String id() {
    return id;
  }

  /** All of it: for its owner, once, and for the wire. */
  public String secret() {
    return text;
  }

  /** What a farm keeps of it. A long random text needs no salt and no slow digest. */
  public Digest digest() {
    return Digest.ofText(text);
  }

  /** Whether it is the one of which this was kept; takes as long whether it is or not. */
  public boolean hasDigest(Digest kept) {
    return MessageDigest.isEqual(
        digest().hex().getBytes(StandardCharsets.US_ASCII),
        kept.hex().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FarmToken token && token.hasDigest(digest());
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return PREFIX + id + "_***";
  }
}
