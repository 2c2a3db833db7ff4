package dev.longtake.coordinator;

import java.time.Duration;
import java.util.Map;

/**
 * How a coordinator finds the others when it starts. The first of all members makes the farm's
 * cluster if no other one answers. On a busy machine one that goes on may not answer for seconds,
 * and then there would be two clusters, which never become one again: so the first one waits for
 * long, unless all others say that they are new themselves.
 */
final class ClusterStart {

  private static final Duration FIRST_WAITS = Duration.ofSeconds(30);
  private static final Duration OTHERS_ASK_AGAIN = Duration.ofSeconds(5);

  private ClusterStart() {}

  /**
   * What Pekko is told, by its names.
   *
   * @param system what all coordinators' actor systems are called
   * @param isEncrypted whether coordinators show each other certificates
   */
  static Map<String, Object> of(
      CoordinatorConfig.Cluster cluster, String system, boolean isEncrypted) {
    String own = cluster.host() + ":" + cluster.port();
    boolean isFirst = cluster.members().list().getFirst().equals(own);
    return Map.of(
        "pekko.cluster.seed-node-timeout",
        isFirst ? FIRST_WAITS : OTHERS_ASK_AGAIN,
        "pekko.remote.artery.transport",
        isEncrypted ? "tls-tcp" : "tcp",
        "pekko.remote.artery.canonical.hostname",
        cluster.host(),
        "pekko.remote.artery.canonical.port",
        cluster.port(),
        "pekko.cluster.seed-nodes",
        cluster.members().list().stream()
            .map(member -> "pekko://" + system + "@" + member)
            .toList());
  }
}
