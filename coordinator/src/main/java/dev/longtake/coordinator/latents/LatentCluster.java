package dev.longtake.coordinator.latents;

import dev.longtake.config.Addresses;
import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import dev.longtake.config.Secret;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.hazelcast.HazelcastLatentStore;
import dev.longtake.latent.hazelcast.HazelcastStoreConfig;
import java.util.Optional;

/**
 * The coordinators that share a latent store.
 *
 * @param port where the others reach this one's part
 * @param members all of them, this one among them; none where there is one alone
 * @param secret known to all of them and to nobody else
 */
public record LatentCluster(
    String host, int port, Addresses members, @EmptyWord("none") Optional<Secret> secret) {

  private static final int SECRET_LENGTH_MIN = 16;

  public LatentCluster {
    boolean isAlone = members.list().isEmpty();
    String own = host + ":" + port;
    int secretLength = secret.map(it -> it.value().length()).orElse(0);
    new Ranges()
        .that("host", !host.isBlank(), "a host name or address", "\"" + host + "\"")
        .between("port", port, 1, 65_535)
        .that(
            "members",
            isAlone || members.list().contains(own),
            "this one, %s, among them".formatted(own),
            members.toString())
        .that(
            "secret",
            isAlone || secretLength >= SECRET_LENGTH_MIN,
            "at least %d characters where there are members".formatted(SECRET_LENGTH_MIN),
            secretLength == 0 ? "none" : "" + secretLength)
        .check();
  }

  /**
   * Opens the store: on the heap where there is one coordinator, with no port; else a member that
   * has joined those that are there.
   *
   * @param bytesMax what it may hold
   */
  public LatentStore open(long bytesMax) {
    return secret
        .filter(it -> !members.list().isEmpty())
        .<LatentStore>map(
            it ->
                HazelcastLatentStore.start(
                    new HazelcastStoreConfig(it, host, port, members.list(), bytesMax)))
        .orElseGet(() -> new HeapLatentStore(bytesMax));
  }
}
