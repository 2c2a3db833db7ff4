package dev.longtake.latent.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.lifetime.Opened;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of several coordinators: a member in each, every entry on so many of them that the loss
 * of any minority loses none. Community edition: no encryption, nothing on disk; what it holds can
 * be made again.
 *
 * <p><b>Nothing here means "not here now".</b> While members are out of touch, what exists may not
 * be found; where most are missing the store does not answer at all ({@link
 * ErrorCode#UNAVAILABLE}). When they meet again, all that any of them held is there.
 *
 * <p><b>Waiting.</b> A reader is woken by the member that puts, or by an event from another one;
 * only names travel. Events may be lost with a member, so a reader also looks again by itself,
 * first after {@link #LOOK_FIRST}, then ever more rarely.
 *
 * <p><b>Removing waits</b> where this process has just stood still: others may have begun a shot
 * anew meanwhile, and would wait for ever for what is removed of it.
 */
public final class HazelcastLatentStore implements LatentStore {

  private static final Logger log = LoggerFactory.getLogger(HazelcastLatentStore.class);
  private static final String SLABS = "slabs";
  private static final String CHECKPOINTS = "checkpoints";
  private static final Duration LOOK_FIRST = Duration.ofMillis(250);
  private static final Duration LOOK_LAST = Duration.ofSeconds(2);
  private static final Duration ROOM_INTERVAL = Duration.ofMillis(250);

  /** Shorter than others wait for a coordinator that is silent. */
  private static final Duration STAND_STILL_MAX = Duration.ofSeconds(2);

  /** Longer than it takes until a coordinator that was given up has ended. */
  private static final Duration DOUBT = Duration.ofSeconds(30);

  private final HazelcastInstance member;
  private final MemberMap slabs;
  private final MemberMap checkpoints;
  private final MemberRoom room;
  private final StandStill standStill = new StandStill(System::nanoTime, STAND_STILL_MAX, DOUBT);
  private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("latent-store-room").factory());

  private HazelcastLatentStore(HazelcastInstance member, FarmKey key, long bytesMax) {
    this.member = member;
    IMap<String, byte[]> slabMap = member.getMap(SLABS);
    this.slabs = new MemberMap(slabMap, key);
    this.checkpoints = new MemberMap(member.getMap(CHECKPOINTS), key);
    this.room = new MemberRoom(member, slabs, checkpoints, bytesMax);
    EntryAddedListener<String, byte[]> listener = this::onAdded;
    slabMap.addEntryListener(listener, false);
    var _ =
        rounds.scheduleWithFixedDelay(
            this::round, 0, ROOM_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a member and joins the others; returns once it can be used.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if it cannot start
   */
  public static HazelcastLatentStore start(HazelcastStoreConfig config) {
    FarmKey key = new FarmKey(config.secret());
    var setup = new MemberSetup(config, key);
    Config hazelcast =
        setup
            .config()
            .addMapConfig(setup.replicated(SLABS))
            .addMapConfig(setup.replicated(CHECKPOINTS));
    try (var opened = new Opened()) {
      HazelcastInstance member =
          HazelcastInstanceFactory.newHazelcastInstance(
              hazelcast,
              "latent-store-" + UUID.randomUUID(),
              new GuardedNode(new MemberHandshake(key, config.hosts())));
      opened.add(() -> member.getLifecycleService().terminate());
      return opened.keep(new HazelcastLatentStore(member, key, config.bytesMax()));
    } catch (HazelcastException | IllegalStateException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "latent store: cannot start on %s:%d: %s"
              .formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
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

  /** Whether every entry has its copies; not so for moments after a member came or went. */
  boolean isSafe() {
    return guard(() -> member.getPartitionService().isClusterSafe());
  }

  private void round() {
    standStill.tick();
    try {
      room.look();
    } catch (RuntimeException e) {
      log.debug("latent store: room not looked at", e);
    }
  }

  @Override
  public PutOutcome put(SlabKey key, byte[] payload) {
    return guard(
        () -> {
          String name = name(key);
          room.takeForSlab(payload.length + FarmKey.SEAL_BYTES);
          PutOutcome outcome = slabs.put(name, payload);
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
          room.takeForCheckpoint(content.length + FarmKey.SEAL_BYTES);
          return checkpoints.put(name(key), content);
        });
  }

  @Override
  public Optional<byte[]> checkpoint(CheckpointKey key) {
    return guard(() -> checkpoints.get(name(key)));
  }

  @Override
  public Optional<byte[]> await(SlabKey key, Duration timeout) {
    String name = name(key);
    long deadline = System.nanoTime() + timeout.toNanos();
    long pause = LOOK_FIRST.toNanos();
    while (true) {
      // Registered before looking, so that a put in between is not missed.
      CompletableFuture<Void> added =
          waiting.computeIfAbsent(name, missing -> new CompletableFuture<>());
      Optional<byte[]> payload = guard(() -> slabs.get(name));
      long left = deadline - System.nanoTime();
      if (payload.isPresent() || left <= 0) {
        waiting.remove(name, added);
        return payload;
      }
      rest(name, added, Math.min(left, pause));
      pause = Math.min(2 * pause, LOOK_LAST.toNanos());
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
  public Duration doubt() {
    return standStill.doubt();
  }

  private void requireNoDoubt() {
    Duration doubt = doubt();
    if (doubt.isPositive()) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "latent store: this process has stood still; nothing is removed for "
              + DurationText.said(doubt));
    }
  }

  @Override
  public void removeSlabs(
      String storyId, int shotIndex, int boundaryIndex, int firstStep, int endStep) {
    requireNoDoubt();
    guard(
        () -> {
          for (int step = firstStep; step < endStep; step++) {
            for (Side side : Side.values()) {
              slabs.remove(name(new SlabKey(storyId, shotIndex, boundaryIndex, side, step)));
            }
          }
          return true;
        });
  }

  @Override
  public void removeCheckpoints(
      String storyId, int shotIndex, int chunkIndex, int firstStep, int endStep) {
    requireNoDoubt();
    guard(
        () -> {
          for (int step = Math.max(1, firstStep); step < endStep; step++) {
            checkpoints.remove(name(new CheckpointKey(storyId, shotIndex, chunkIndex, step)));
          }
          return true;
        });
  }

  @Override
  public void removeShot(String storyId, int shotIndex) {
    String prefix = storyId + "/" + shotIndex;
    requireNoDoubt();
    guard(
        () -> {
          slabs.removePrefixed(prefix);
          checkpoints.removePrefixed(prefix);
          return true;
        });
  }

  /** Bytes of what this member holds, its backups of others' included. */
  @Override
  public long bytes() {
    return guard(room::bytes);
  }

  /** Hands what it holds to the others, if there are any, and leaves them. */
  @Override
  public void close() {
    rounds.shutdownNow();
    member.shutdown();
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
    } catch (SplitBrainProtectionException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "latent store: expected most of its members, found fewer", e);
    } catch (HazelcastException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "the latent store does not answer: " + e.getMessage(), e);
    }
  }
}
