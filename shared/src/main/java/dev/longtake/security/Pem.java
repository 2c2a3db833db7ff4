package dev.longtake.security;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Certificates and keys as text between dashes (RFC 7468). */
public final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  /** One block. */
  public static String write(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(content), label);
  }

  /**
   * The certificates of a file, in its order.
   *
   * @param file for messages
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if there are none
   */
  public static List<X509Certificate> certificates(String file, byte[] text) {
    List<X509Certificate> found = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (MatchResult block : blocks(text)) {
        if (block.group(1).equals("CERTIFICATE")) {
          found.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(content(block))));
        }
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw invalid(file, "a certificate", "one that cannot be read: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw invalid(file, "a certificate (BEGIN CERTIFICATE)", "none", null);
    }
    return found;
  }

  /**
   * The private key of a file.
   *
   * @param owner whose key it should be
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if there is none of that
   *     kind; nothing of the file is in the message
   */
  public static PrivateKey key(String file, byte[] text, PublicKey owner) {
    List<MatchResult> blocks = blocks(text);
    MatchResult block =
        blocks.stream()
            .filter(it -> it.group(1).equals("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(
                () ->
                    invalid(
                        file,
                        "a key without a password, in the form of PKCS#8 (BEGIN PRIVATE KEY)",
                        blocks.isEmpty() ? "none" : "BEGIN " + blocks.getLast().group(1),
                        null));
    try {
      return KeyFactory.getInstance(owner.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(content(block)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw invalid(file, "a key of kind " + owner.getAlgorithm(), "another", null);
    }
  }

  private static List<MatchResult> blocks(byte[] text) {
    return BLOCK.matcher(new String(text, StandardCharsets.ISO_8859_1)).results().toList();
  }

  private static byte[] content(MatchResult block) {
    return Base64.getMimeDecoder().decode(block.group(2));
  }

  private static LongtakeException invalid(
      String file, String expected, String found, @Nullable Throwable e) {
    return new LongtakeException(
        ErrorCode.CONFIGURATION_INVALID,
        "%s: expected %s, found %s".formatted(file, expected, found),
        e);
  }
}
