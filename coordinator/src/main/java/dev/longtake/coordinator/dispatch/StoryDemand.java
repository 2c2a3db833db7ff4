package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.dispatch.share.Claimant;
import dev.longtake.coordinator.dispatch.share.Standing;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.plan.CheckpointPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What an open story wants of the workers and what they hold of it: all that dispatch knows of a
 * story. A full statement, made anew after each change. Pure.
 *
 * @param sequence the how-manieth story of this farm; of one tenant's, earlier ones are served
 *     first unless {@link Standing} says otherwise
 * @param version grows with each change, on whichever coordinator the story is
 * @param pin what may render it, once that is chosen
 * @param shots those of which something may be leased now, in the order of the film
 * @param holders who holds something of it, with the orders that say what
 * @param claimant whose it is
 */
public record StoryDemand(
    String storyId,
    long sequence,
    long version,
    Optional<Pin> pin,
    List<Shot> shots,
    List<Holder> holders,
    ChunkCounts chunks,
    Claimant claimant) {

  /**
   * What may render a story.
   *
   * @param model digest of its weights
   */
  public record Pin(String engineClass, Digest model) {

    static final Comparator<Pin> ORDER =
        Comparator.comparing(Pin::engineClass).thenComparing(pin -> pin.model().hex());

    public Pin {
      requireNonNull(engineClass, "engineClass");
      requireNonNull(model, "model");
    }
  }

  /**
   * A shot of which something may be leased.
   *
   * @param isNew whether nobody has begun it, so that its chunks are leased all together
   * @param slow workers that the others would wait for, if they went on with its chunks
   */
  public record Shot(
      int shotIndex, boolean isNew, List<Want> chunks, List<Want> segments, List<WorkerKey> slow) {
    public Shot {
      chunks = List.copyOf(chunks);
      segments = List.copyOf(segments);
      slow = List.copyOf(slow);
    }

    /** Where nobody is known to be slow. */
    public Shot(int shotIndex, boolean isNew, List<Want> chunks, List<Want> segments) {
      this(shotIndex, isNew, chunks, segments, List.of());
    }

    /** Who is not to go on with its chunks, as long as others are there. */
    List<WorkerKey> avoided() {
      return Stream.concat(chunks.stream().flatMap(want -> want.avoid().stream()), slow.stream())
          .distinct()
          .toList();
    }
  }

  /**
   * A chunk or a segment that may be leased.
   *
   * @param avoid the worker that gave it up last
   */
  public record Want(int index, Optional<WorkerKey> avoid) {
    public Want {
      requireNonNull(avoid, "avoid");
    }
  }

  /** What a worker holds of the story. */
  public record Holder(WorkerKey worker, List<Order> orders) {
    public Holder {
      requireNonNull(worker, "worker");
      orders = List.copyOf(orders);
    }
  }

  /** Where a story stands in the order of submission. */
  record Place(long sequence, String storyId) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        comparingLong(Place::sequence).thenComparing(Place::storyId);

    static Place of(StoryDemand story) {
      return new Place(story.sequence(), story.storyId());
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  public StoryDemand {
    requireNonNull(storyId, "storyId");
    requireNonNull(pin, "pin");
    shots = List.copyOf(shots);
    holders = List.copyOf(holders);
    requireNonNull(chunks, "chunks");
    requireNonNull(claimant, "claimant");
  }

  /**
   * What a story wants as it stands, where nobody is known to be slow.
   *
   * @param story an open one
   */
  public static StoryDemand of(StoryProgress story, long version, CheckpointPolicy checkpoints) {
    return of(story, version, checkpoints, List.of());
  }

  /**
   * What a story wants as it stands.
   *
   * @param story an open one
   * @param slow workers that were slow when they last had something of it
   */
  public static StoryDemand of(
      StoryProgress story, long version, CheckpointPolicy checkpoints, List<WorkerKey> slow) {
    List<Shot> shots = new ArrayList<>();
    for (ShotProgress shot : story.shots()) {
      List<Want> chunks = wants(shot, Kind.CHUNK);
      List<Want> segments = wants(shot, Kind.SEGMENT);
      if (!chunks.isEmpty() || !segments.isEmpty()) {
        shots.add(
            new Shot(
                shot.plan().shotIndex(),
                shot.state() == ShotProgress.State.WAITING,
                chunks,
                segments,
                chunks.isEmpty() ? List.of() : slow));
      }
    }
    return new StoryDemand(
        story.storyId(),
        story.sequence(),
        version,
        story.plan().map(plan -> new Pin(plan.engineClass(), plan.model().identity().digest())),
        shots,
        Orders.of(story, checkpoints).entrySet().stream()
            .map(held -> new Holder(held.getKey(), held.getValue()))
            .toList(),
        ChunkCounts.of(story),
        new Claimant(story.tenant(), story.submission().at()));
  }

  /** The same with each order as this makes it. */
  public StoryDemand withOrders(UnaryOperator<Order> change) {
    List<Holder> changed =
        holders.stream()
            .map(it -> new Holder(it.worker(), it.orders().stream().map(change).toList()))
            .toList();
    return new StoryDemand(storyId, sequence, version, pin, shots, changed, chunks, claimant);
  }

  /** The same, as if nothing could be leased now. */
  StoryDemand withoutWants() {
    return new StoryDemand(storyId, sequence, version, pin, List.of(), holders, chunks, claimant);
  }

  /** Chunks that were taken back of shots that others go on with. */
  int takenBack() {
    return shots.stream().filter(shot -> !shot.isNew()).mapToInt(it -> it.chunks().size()).sum();
  }

  private static List<Want> wants(ShotProgress shot, Kind kind) {
    List<WorkState> works = shot.works(kind);
    return shot.leasable(kind).stream()
        .map(index -> new Want(index, ((Waiting) works.get(index)).avoid()))
        .toList();
  }
}
