package dev.longtake.latent.hazelcast;

import dev.longtake.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What follows from the farm's secret: the name without which a member is turned away, and the
 * digests without which an entry counts for nothing. The secret itself never leaves the process.
 *
 * <p>A sealed entry is HMAC-SHA-256 over map, name and content, then the content. So an entry that
 * was damaged, moved to another name, or written by somebody without the secret is not taken for
 * one. Who reads the traffic can play old entries back; those are what the name held anyway.
 */
final class FarmKey {

  private static final String ALGORITHM = "HmacSHA256";
  static final int SEAL_BYTES = 32;

  private final SecretKeySpec key;

  FarmKey(Secret secret) {
    key = new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /** Told to every member in clear, so it is a digest of the secret and not the secret. */
  String clusterName() {
    return "longtake-"
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(digest("cluster", "", new byte[0]));
  }

  byte[] seal(String map, String name, byte[] content) {
    byte[] sealed = Arrays.copyOf(digest(map, name, content), SEAL_BYTES + content.length);
    System.arraycopy(content, 0, sealed, SEAL_BYTES, content.length);
    return sealed;
  }

  /** The content; empty if the seal does not fit. */
  Optional<byte[]> open(String map, String name, byte[] sealed) {
    if (sealed.length < SEAL_BYTES) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOfRange(sealed, SEAL_BYTES, sealed.length);
    byte[] seal = Arrays.copyOf(sealed, SEAL_BYTES);
    return MessageDigest.isEqual(seal, digest(map, name, content))
        ? Optional.of(content)
        : Optional.empty();
  }

  /** That this side of a connection knows the secret; different for each pair of challenges. */
  byte[] prove(String side, byte[] ofConnecting, byte[] ofAccepting) {
    byte[] both = Arrays.copyOf(ofConnecting, ofConnecting.length + ofAccepting.length);
    System.arraycopy(ofAccepting, 0, both, ofConnecting.length, ofAccepting.length);
    return digest("handshake", side, both);
  }

  private byte[] digest(String map, String name, byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((map + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
