package dev.longtake.latent.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.LocalMapStats;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.query.Predicates;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.lifetime.Opened;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A store over one or more members, each entry on as many of them as configured. Community edition:
 * no encryption, nothing on disk; what it holds can be made again.
 *
 * <p>A reader is woken by the member that puts, or by an event from another one. Events may be lost
 * with a member, so a reader also looks again every {@link #LOOK_AGAIN}.
 */
public final class HazelcastLatentStore implements LatentStore {

  private static final String SLABS = "slabs";
  private static final String CHECKPOINTS = "checkpoints";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final int PARTITION_COUNT = 31;

  private final HazelcastInstance member;
  private final IMap<String, byte[]> slabs;
  private final IMap<String, byte[]> checkpoints;
  private final long bytesMax;
  private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

  private HazelcastLatentStore(HazelcastInstance member, long bytesMax) {
    this.member = member;
    this.bytesMax = bytesMax;
    this.slabs = member.getMap(SLABS);
    this.checkpoints = member.getMap(CHECKPOINTS);
    EntryAddedListener<String, byte[]> listener = this::onAdded;
    slabs.addEntryListener(listener, false);
  }

  /**
   * Starts a member and joins the others; returns once it can be used.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if it cannot start
   */
  public static HazelcastLatentStore start(HazelcastStoreConfig config) {
    try (var opened = new Opened()) {
      HazelcastInstance member = Hazelcast.newHazelcastInstance(hazelcast(config));
      opened.add(member::shutdown);
      return opened.keep(new HazelcastLatentStore(member, config.bytesMax()));
    } catch (HazelcastException | IllegalStateException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "latent store: cannot start on %s:%d: %s"
              .formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
  }

  private static Config hazelcast(HazelcastStoreConfig store) {
    Config config = new Config().setClusterName(store.clusterName());
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.socket.bind.any", "false")
        .setProperty("hazelcast.health.monitoring.level", "OFF")
        // Nobody waits for members that are not there: the first one up is a store of one.
        .setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.max.join.seconds", "5")
        // A dozen threads instead of one per core and kind: slabs are few and large.
        .setProperty("hazelcast.partition.count", Integer.toString(PARTITION_COUNT))
        .setProperty("hazelcast.operation.thread.count", "2")
        .setProperty("hazelcast.operation.generic.thread.count", "2")
        .setProperty("hazelcast.io.thread.count", "2")
        .setProperty("hazelcast.event.thread.count", "1");
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    configureNetwork(config.getNetworkConfig(), store);
    config.addMapConfig(replicated(SLABS, store)).addMapConfig(replicated(CHECKPOINTS, store));
    return config;
  }

  private static MapConfig replicated(String name, HazelcastStoreConfig store) {
    return new MapConfig(name)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setBackupCount(store.backupCount())
        .setAsyncBackupCount(0)
        .setReadBackupData(true);
  }

  private static void configureNetwork(NetworkConfig network, HazelcastStoreConfig store) {
    network.setPort(store.port()).setPortAutoIncrement(false).setReuseAddress(true);
    network.getInterfaces().setEnabled(true).addInterface(store.host());
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(!store.members().isEmpty());
    store.members().forEach(address -> join.getTcpIpConfig().addMember(address));
  }

  /** Where this member listens, {@code host:port}: what others list among their members. */
  public String address() {
    var address = member.getCluster().getLocalMember().getAddress();
    return address.getHost() + ":" + address.getPort();
  }

  /** Members that the store has now, this one included. */
  public int memberCount() {
    return guard(() -> member.getCluster().getMembers().size());
  }

  @Override
  public PutOutcome put(SlabKey key, byte[] payload) {
    return guard(
        () -> {
          requireRoom(bytes(), payload.length, bytesMax);
          String name = name(key);
          PutOutcome outcome = put(slabs, name, payload);
          if (outcome == PutOutcome.STORED) {
            wake(name);
          }
          return outcome;
        });
  }

  @Override
  public PutOutcome putCheckpoint(CheckpointKey key, byte[] content) {
    return guard(
        () -> {
          requireRoom(bytes(), content.length, bytesMax);
          requireRoom(bytes(checkpoints), content.length, bytesMax / 2);
          return put(checkpoints, name(key), content);
        });
  }

  private static PutOutcome put(IMap<String, byte[]> map, String name, byte[] content) {
    byte[] before = map.putIfAbsent(name, content);
    if (before == null) {
      return PutOutcome.STORED;
    }
    return Arrays.equals(before, content) ? PutOutcome.SAME : PutOutcome.DIFFERENT;
  }

  private static void requireRoom(long held, int more, long most) {
    if (held + more > most) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "latent store: expected at most %d bytes, found %d and %d more"
              .formatted(most, held, more));
    }
  }

  @Override
  public Optional<byte[]> checkpoint(CheckpointKey key) {
    return guard(() -> Optional.ofNullable(checkpoints.get(name(key))));
  }

  @Override
  public Optional<byte[]> await(SlabKey key, Duration timeout) {
    String name = name(key);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      // Registered before looking, so that a put in between is not missed.
      CompletableFuture<Void> added =
          waiting.computeIfAbsent(name, missing -> new CompletableFuture<>());
      byte[] payload = guard(() -> Optional.ofNullable(slabs.get(name))).orElse(null);
      long left = deadline - System.nanoTime();
      if (payload != null || left <= 0) {
        waiting.remove(name, added);
        return Optional.ofNullable(payload);
      }
      rest(name, added, Math.min(left, LOOK_AGAIN.toNanos()));
    }
  }

  private void rest(String name, CompletableFuture<Void> added, long nanos) {
    try {
      added.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // Looks again: that is what the pause is for.
      return;
    } catch (InterruptedException e) {
      waiting.remove(name, added);
      Thread.currentThread().interrupt();
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "interrupted while waiting for slab " + name, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("nobody fails this future", e);
    }
  }

  @Override
  public void removeSlabs(
      String storyId, int shotIndex, int boundaryIndex, int firstStep, int endStep) {
    guard(
        () -> {
          for (int step = firstStep; step < endStep; step++) {
            for (Side side : Side.values()) {
              slabs.delete(name(new SlabKey(storyId, shotIndex, boundaryIndex, side, step)));
            }
          }
          return true;
        });
  }

  @Override
  public void removeCheckpoints(
      String storyId, int shotIndex, int chunkIndex, int firstStep, int endStep) {
    guard(
        () -> {
          for (int step = Math.max(1, firstStep); step < endStep; step++) {
            checkpoints.delete(name(new CheckpointKey(storyId, shotIndex, chunkIndex, step)));
          }
          return true;
        });
  }

  @Override
  public void removeShot(String storyId, int shotIndex) {
    String prefix = storyId + "/" + shotIndex;
    guard(
        () -> {
          removePrefixed(slabs, prefix);
          removePrefixed(checkpoints, prefix);
          return true;
        });
  }

  /** All names that begin with the prefix and a slash: '0' is the character after it. */
  private static void removePrefixed(IMap<String, byte[]> map, String prefix) {
    map.removeAll(Predicates.between("__key", prefix + "/", prefix + "0"));
  }

  /** Bytes of what this member holds, its backups of others' included. */
  @Override
  public long bytes() {
    return guard(() -> bytes(slabs) + bytes(checkpoints));
  }

  private static long bytes(IMap<String, byte[]> map) {
    LocalMapStats stats = map.getLocalMapStats();
    return stats.getOwnedEntryMemoryCost() + stats.getBackupEntryMemoryCost();
  }

  /** Leaves the others at once; they still have what was put, if there are backups. */
  @Override
  public void close() {
    member.getLifecycleService().terminate();
    waiting.values().forEach(added -> added.complete(null));
    waiting.clear();
  }

  private void onAdded(EntryEvent<String, byte[]> event) {
    wake(event.getKey());
  }

  private void wake(String name) {
    CompletableFuture<Void> added = waiting.remove(name);
    if (added != null) {
      added.complete(null);
    }
  }

  private static String name(SlabKey key) {
    return "%s/%d/%d/%s/%d"
        .formatted(
            key.storyId(), key.shotIndex(), key.boundaryIndex(), key.side(), key.stepIndex());
  }

  private static String name(CheckpointKey key) {
    return "%s/%d/%d/%d"
        .formatted(key.storyId(), key.shotIndex(), key.chunkIndex(), key.stepIndex());
  }

  private static <T> T guard(Supplier<T> call) {
    try {
      return call.get();
    } catch (HazelcastInstanceNotActiveException | RetryableHazelcastException e) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the latent store is closed", e);
    } catch (HazelcastException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "the latent store does not answer: " + e.getMessage(), e);
    }
  }
}
