package dev.longtake.latent.hazelcast;

import com.hazelcast.map.IMap;
import com.hazelcast.map.LocalMapStats;
import com.hazelcast.query.Predicates;
import dev.longtake.latent.PutOutcome;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the store's maps: sealed bytes under names that are never given other bytes. */
final class MemberMap {

  private static final Logger log = LoggerFactory.getLogger(MemberMap.class);

  private final IMap<String, byte[]> map;
  private final FarmKey key;

  MemberMap(IMap<String, byte[]> map, FarmKey key) {
    this.map = map;
    this.key = key;
  }

  PutOutcome put(String name, byte[] content) {
    byte[] sealed = key.seal(map.getName(), name, content);
    byte[] before = map.putIfAbsent(name, sealed);
    if (before == null) {
      return PutOutcome.STORED;
    }
    if (Arrays.equals(before, sealed)) {
      return PutOutcome.SAME;
    }
    if (opened(name, before).isPresent()) {
      return PutOutcome.DIFFERENT;
    }
    return map.replace(name, before, sealed) ? PutOutcome.STORED : put(name, content);
  }

  /** What is there now and nobody tampered with. */
  Optional<byte[]> get(String name) {
    byte[] sealed = map.get(name);
    return sealed == null ? Optional.empty() : opened(name, sealed);
  }

  private Optional<byte[]> opened(String name, byte[] sealed) {
    Optional<byte[]> content = key.open(map.getName(), name, sealed);
    if (content.isEmpty()) {
      log.error(
          "latent store: {} {}: expected an entry of this farm, found {} bytes of somebody else's",
          map.getName(),
          name,
          sealed.length);
    }
    return content;
  }

  void remove(String name) {
    map.delete(name);
  }

  /** Forgets all names that begin with the prefix and a slash: '0' is the character after it. */
  void removePrefixed(String prefix) {
    map.removeAll(Predicates.between("__key", prefix + "/", prefix + "0"));
  }

  /** Bytes that this member holds, its backups of others' included. */
  long bytes() {
    LocalMapStats stats = map.getLocalMapStats();
    return stats.getOwnedEntryMemoryCost() + stats.getBackupEntryMemoryCost();
  }

  private record Aged(String name, long made, long bytes) {

    /**
     * Hazelcast knows the second; of what came in one, lower steps, the last of a name, are older.
     */
    private int step() {
      return Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
    }
  }

  /** Gives up the oldest checkpoints that this member owns, until these bytes are free. */
  void giveUp(long bytes) {
    Set<String> owned = map.localKeySet();
    List<Aged> oldestFirst =
        owned.stream()
            .map(map::getEntryView)
            .filter(Objects::nonNull)
            .map(view -> new Aged(view.getKey(), view.getCreationTime(), view.getCost()))
            .sorted(Comparator.comparingLong(Aged::made).thenComparingInt(Aged::step))
            .toList();
    long freed = 0;
    for (Aged entry : oldestFirst) {
      if (freed >= bytes) {
        return;
      }
      remove(entry.name());
      freed += entry.bytes();
    }
  }
}
