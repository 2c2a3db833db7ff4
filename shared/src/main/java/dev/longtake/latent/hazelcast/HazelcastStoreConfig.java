package dev.longtake.latent.hazelcast;

import static dev.longtake.error.Require.require;

import dev.longtake.config.Secret;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a member of the replicated store is set up. All members of one store need the same {@code
 * secret}, and lists that name the same members.
 *
 * @param secret the farm's: members with another one are turned away, and so is what strangers
 *     write
 * @param host the address it listens on, and no other; the traffic is clear text, so loopback or a
 *     network that only coordinators reach
 * @param port 0 for any free one
 * @param members addresses {@code host:port} of all members, in any order; this one may be left out
 * @param bytesMax bytes that each member takes, its backups of others' included
 */
public record HazelcastStoreConfig(
    Secret secret, String host, int port, List<String> members, long bytesMax) {

  private static final int BACKUPS_MAX = 6;
  private static final int SMALLEST_WITH_MAJORITY = 3;

  public HazelcastStoreConfig {
    require(!host.isBlank(), "host is blank");
    require(port >= 0 && port <= 65_535, "port: expected 0 to 65535, found %d", port);
    members = List.copyOf(members);
    members.forEach(
        member -> require(member.indexOf(':') > 0, "member: expected host:port, found %s", member));
    require(bytesMax > 0, "bytesMax is not positive: %d", bytesMax);
  }

  /** Machines of all members. */
  Set<String> hosts() {
    Set<String> hosts = new TreeSet<>();
    members.forEach(member -> hosts.add(member.substring(0, member.lastIndexOf(':'))));
    hosts.add(host);
    return hosts;
  }

  /** Members that the store has when all are there. */
  int memberCount() {
    Set<String> all = new TreeSet<>(members);
    all.add(host + ":" + port);
    return all.size();
  }

  /** Copies of each entry on other members, so that what any minority of them held is not lost. */
  int backupCount() {
    return Math.clamp((memberCount() - 1) / 2, 1, BACKUPS_MAX);
  }

  /**
   * Members without which it does not answer: of three or more, most. Of two, one has to do, since
   * nobody can say which is the better one.
   */
  int memberCountMin() {
    return memberCount() < SMALLEST_WITH_MAJORITY ? 1 : memberCount() / 2 + 1;
  }
}
