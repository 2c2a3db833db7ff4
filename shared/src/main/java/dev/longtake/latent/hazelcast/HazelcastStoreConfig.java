package dev.longtake.latent.hazelcast;

import static dev.longtake.error.Require.require;

import java.util.List;

/**
 * How a member of the replicated store is set up. All members of one store need the same {@code
 * clusterName} and {@code backupCount}.
 *
 * @param clusterName members of other names are turned away
 * @param host where it listens; the traffic is clear text, so loopback or a private network
 * @param port 0 for any free one
 * @param members addresses {@code host:port} of the others, in any order; empty for a store of one
 * @param backupCount copies of each entry on other members, written before a put returns
 * @param bytesMax bytes that this member takes, its backups of others' included
 */
public record HazelcastStoreConfig(
    String clusterName,
    String host,
    int port,
    List<String> members,
    int backupCount,
    long bytesMax) {

  private static final int BACKUPS_MAX = 6;

  public HazelcastStoreConfig {
    require(!clusterName.isBlank(), "clusterName is blank");
    require(!host.isBlank(), "host is blank");
    require(port >= 0 && port <= 65_535, "port: expected 0 to 65535, found %d", port);
    members = List.copyOf(members);
    require(
        backupCount >= 0 && backupCount <= BACKUPS_MAX,
        "backupCount: expected 0 to %d, found %d",
        BACKUPS_MAX,
        backupCount);
    require(bytesMax > 0, "bytesMax is not positive: %d", bytesMax);
  }

  /** A store of one member on loopback that nobody joins. */
  public static HazelcastStoreConfig alone(String clusterName, long bytesMax) {
    return new HazelcastStoreConfig(clusterName, "127.0.0.1", 0, List.of(), 1, bytesMax);
  }
}
