package dev.longtake.ops.localfarm;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * What the parts of a farm tell each other to be let in; made anew for every farm.
 *
 * @param journal the database's password
 * @param storage the bucket's key
 * @param farm known to all coordinators
 */
record FarmSecrets(String journal, String storage, String farm) {

  /** Who may read and write the bucket. */
  static final String STORAGE_USER = "longtake";

  private static final int BYTES = 24;

  static FarmSecrets random(SecureRandom random) {
    return new FarmSecrets(text(random), text(random), text(random));
  }

  private static String text(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** In the form of {@code ~/.aws/credentials}. */
  String storageKeys() {
    return """
    [default]
    aws_access_key_id = %s
    aws_secret_access_key = %s
    """
        .formatted(STORAGE_USER, storage);
  }

  /** Without them: what is printed by mistake tells nothing. */
  @Override
  public String toString() {
    return "FarmSecrets[...]";
  }
}
