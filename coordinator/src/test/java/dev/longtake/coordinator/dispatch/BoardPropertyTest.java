package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.StoryDemand.Holder;
import dev.longtake.coordinator.dispatch.StoryDemand.Place;
import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.dispatch.share.Claimant;
import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.TenantTerms;
import dev.longtake.coordinator.dispatch.share.Terms;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A fleet that is told of anything by chance deals out exactly as the policy does that looks at
 * everything, after each change; and knows of each worker what a look at all stories says.
 */
class BoardPropertyTest {

  private static final int CHANGES = 400;
  private static final int WORKERS = 9;
  private static final int STORIES = 12;
  private static final List<ModelCard> MODELS =
      List.of(TestStories.MODEL, TestModel.named("other").card());
  private static final List<String> CLASSES = List.of("class-a", "class-b");
  private static final List<String> NODES = List.of("node-a", "node-b");
  private static final ShotInputs SHOT =
      StoryPlan.of(TestStories.story("s", 57), TestStories.MODEL, "class-a")
          .shots()
          .getFirst()
          .inputs();

  private static final int CHECKS_MAX = 3;

  private record Asked(long number, String storyId) {}

  private Fleet fleet = new Fleet(CHECKS_MAX, ShareSettings.EQUAL);
  private ShareSettings settings = ShareSettings.EQUAL;
  private int tenantCount = 1;
  private final List<Asked> asked = new ArrayList<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private long version;

  private SplittableRandom random = new SplittableRandom(0);

  private int below(int bound) {
    return random.nextInt(bound);
  }

  private <T> T any(List<T> list) {
    return list.get(below(list.size()));
  }

  private static WorkerKey worker(int index) {
    return new WorkerKey("w" + index, "1");
  }

  private WorkerKey anyWorker() {
    return worker(below(WORKERS));
  }

  private void tell(NodeNews news) {
    String node = any(NODES);
    if (!fleet.knows(node)) {
      fleet.begin(node, 0);
      numbers.put(node, 0L);
    }
    fleet.hear(node, numbers.merge(node, 1L, Long::sum), news);
  }

  private void change() {
    fleet.accounts().setTime(Moment.at(fleet.accounts().time().wall() + below(60_000)));
    switch (below(20)) {
      case 0 -> fleet.lose(any(NODES));
      case 1 -> fleet.check();
      case 2 -> tell(new NodeNews.StoryEnded("story-" + below(STORIES), version++));
      case 3 -> tell(new NodeNews.WorkerLost(anyWorker(), true));
      case 4 -> ask();
      case 5, 6 -> answer();
      case 7, 8, 9 -> tell(new NodeNews.WorkerHere(seat()));
      default -> tell(new NodeNews.StoryWants(story()));
    }
  }

  private void ask() {
    for (Assignment assignment : fleet.assign()) {
      if (assignment instanceof Assignment.Lease lease && below(2) == 0) {
        asked.add(new Asked(fleet.ask(lease), lease.storyId()));
      }
    }
  }

  /** Of any version, so that it waits for news or does not; or of none. */
  private void answer() {
    if (!asked.isEmpty()) {
      Asked one = asked.remove(below(asked.size()));
      boolean isLeased = below(3) > 0;
      fleet.answer(one.number(), one.storyId(), isLeased, isLeased ? below((int) version + 9) : 0);
    }
  }

  private Seat seat() {
    return new Seat(anyWorker(), any(CLASSES), any(MODELS), below(6) == 0, below(3), scope());
  }

  private TenantScope scope() {
    return tenantCount > 1 && below(3) == 0
        ? new TenantScope("t" + below(tenantCount))
        : TenantScope.ALL;
  }

  private StoryDemand story() {
    int index = below(STORIES);
    String id = "story-" + index;
    Optional<StoryDemand.Pin> pin =
        below(5) == 0
            ? Optional.empty()
            : Optional.of(new StoryDemand.Pin(any(CLASSES), any(MODELS).identity().digest()));
    List<StoryDemand.Shot> shots = pin.isEmpty() ? List.of() : shots();
    return new StoryDemand(
        id,
        index / 2, // Two of them at the same place: their ids decide.
        version++,
        pin,
        shots,
        pin.isEmpty() ? List.of() : holders(id),
        new ChunkCounts(
            shots.stream().mapToInt(shot -> shot.chunks().size()).sum(), below(9), below(9)),
        new Claimant("t" + index % tenantCount, Instant.ofEpochSecond(index * 7 % 5)));
  }

  private List<StoryDemand.Shot> shots() {
    List<StoryDemand.Shot> shots = new ArrayList<>();
    for (int i = 0; i < below(4); i++) {
      switch (below(3)) {
        case 0 -> shots.add(new StoryDemand.Shot(i, true, wants(1 + below(6)), List.of()));
        case 1 ->
            shots.add(
                new StoryDemand.Shot(
                    i,
                    false,
                    wants(1 + below(6)),
                    List.of(),
                    below(3) == 0 ? List.of(anyWorker(), anyWorker()) : List.of()));
        default -> shots.add(new StoryDemand.Shot(i, false, List.of(), wants(1 + below(4))));
      }
    }
    return shots;
  }

  private List<Want> wants(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Want(i, below(3) == 0 ? Optional.of(anyWorker()) : Optional.empty()))
        .toList();
  }

  private List<Holder> holders(String storyId) {
    Map<WorkerKey, List<Order>> held = new TreeMap<>();
    for (int i = 0; i < below(6); i++) {
      Kind kind = below(3) == 0 ? Kind.SEGMENT : Kind.CHUNK;
      held.computeIfAbsent(anyWorker(), key -> new ArrayList<>())
          .add(order(new LeaseToken(storyId, 9, kind, i, 1)));
    }
    return held.entrySet().stream().map(it -> new Holder(it.getKey(), it.getValue())).toList();
  }

  private static Order order(LeaseToken lease) {
    return new Order(
        lease,
        switch (lease.kind()) {
          case CHUNK -> new Work.DenoiseChunk(SHOT, 0, 1, 0, 0, false, false, CheckpointPlan.NONE);
          case SEGMENT -> new Work.DecodeSegment(SHOT, 0, 1, 0, Digest.ofText("latents"), 1);
        });
  }

  /** What the open stories want, as the policy may take it. */
  private List<StoryDemand> wanting() {
    return fleet.stories().stream()
        .map(story -> fleet.mayWant(story.storyId()) ? story : story.withoutWants())
        .toList();
  }

  /** Tenants that differ in all they may differ in. */
  private void haveTenants() {
    tenantCount = 4;
    settings =
        new ShareSettings(
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            new TenantTerms(
                Map.of(
                    "t0", new Terms(3, OptionalInt.empty(), Optional.empty()),
                    "t1", new Terms(1, OptionalInt.of(6), Optional.empty()),
                    "t2", new Terms(1, OptionalInt.empty(), Optional.of(Duration.ofHours(2))))));
    fleet = new Fleet(CHECKS_MAX, settings);
  }

  private List<Assignment> policy() {
    return DispatchPolicy.assign(
        fleet.seats(), wanting(), fleet.asked(), settings, new SlowBooks(fleet));
  }

  private List<StoryDemand> inOrder() {
    return wanting().stream().sorted((a, b) -> Place.of(a).compareTo(Place.of(b))).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void assign_afterAnyChanges_isWhatThePolicySays(long seed) {
    random = new SplittableRandom(seed);
    int assigned = 0;

    for (int i = 0; i < CHANGES; i++) {
      change();
      List<Assignment> expected = policy();

      assertThat(fleet.assign()).as("seed %d, change %d", seed, i).isEqualTo(expected);
      assertThat(fleet.assign()).as("again, seed %d, change %d", seed, i).isEqualTo(expected);
      assigned += expected.size();
    }

    assertThat(assigned).isGreaterThan(CHANGES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void assign_withManyTenants_isWhatThePolicySays(long seed) {
    haveTenants();

    assign_afterAnyChanges_isWhatThePolicySays(seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void accounts_afterAnyChanges_areThoseOfAllStories(long seed) {
    haveTenants();
    random = new SplittableRandom(seed);

    for (int i = 0; i < CHANGES; i++) {
      change();
      var slow = new SlowBooks(fleet);
      for (int t = 0; t < tenantCount; t++) {
        assertThat(fleet.accounts().workers("t" + t)).isEqualTo(slow.workers("t" + t));
        assertThat(fleet.accounts().chunks("t" + t)).isEqualTo(slow.chunks("t" + t));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void holdings_afterAnyChanges_areThoseOfAllStories(long seed) {
    random = new SplittableRandom(seed);

    for (int i = 0; i < CHANGES; i++) {
      change();
      Set<WorkerKey> absent = new HashSet<>();
      for (int w = 0; w < WORKERS; w++) {
        WorkerKey worker = worker(w);
        List<Holder> holds =
            inOrder().stream()
                .flatMap(story -> story.holders().stream())
                .filter(holder -> holder.worker().equals(worker))
                .toList();
        assertThat(fleet.holdings().orders(worker))
            .as("seed %d, change %d, %s", seed, i, worker)
            .isEqualTo(holds.stream().flatMap(holder -> holder.orders().stream()).toList());
        if (!holds.isEmpty() && !fleet.has(worker)) {
          absent.add(worker);
        }
      }
      assertThat(fleet.holdings().absent()).containsExactlyInAnyOrderElementsOf(absent);
      assertThat(fleet.chunks())
          .isEqualTo(
              inOrder().stream()
                  .map(StoryDemand::chunks)
                  .reduce(ChunkCounts.NONE, ChunkCounts::plus));
    }
  }

  /** What flows is what the policy deals out next; what is called busy it leaves, and so on. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void reasons_afterAnyChanges_areThoseOfThePolicy(long seed) {
    random = new SplittableRandom(seed);
    Set<Reason> seen = new HashSet<>();

    for (int i = 0; i < CHANGES; i++) {
      change();
      List<Assignment> dealt = policy();
      Map<Reason, Integer> sums = Reasons.none();
      for (StoryDemand story : fleet.stories()) {
        Outlook outlook = Reasons.of(fleet, story.storyId(), Optional.empty());
        String as = "seed %d, change %d, %s".formatted(seed, i, story.storyId());
        assertThat(outlook.flowing()).as(as).isEqualTo(pieces(story, dealt, fleet.asked()));
        assertThat(outlook.otherwise()).as(as).isEqualTo(otherwise(story));
        assertThat(outlook.evidence()).as(as).isNotEmpty();
        seen.add(outlook.otherwise());
        int flowing = 0;
        for (StoryDemand.Shot shot : story.shots()) {
          for (Want want : shot.chunks()) {
            flowing +=
                outlook
                        .flowing()
                        .contains(new Outlook.Piece(shot.shotIndex(), Kind.CHUNK, want.index()))
                    ? 1
                    : 0;
          }
        }
        sums.merge(Reason.FLOWING, flowing, Integer::sum);
        sums.merge(outlook.otherwise(), story.chunks().waiting() - flowing, Integer::sum);
      }
      Map<Reason, Integer> counts = Reasons.count(fleet, fleet.assign(), Optional.empty());
      assertThat(counts.values().stream().mapToInt(it -> it).sum())
          .isEqualTo(fleet.chunks().waiting());
      assertThat(counts.values()).allMatch(count -> count >= 0);
      if (fleet.asked().isEmpty()) {
        sums.keySet().retainAll(counts.keySet());
        assertThat(counts).as("seed %d, change %d", seed, i).isEqualTo(sums);
      }
    }

    assertThat(seen)
        .contains(Reason.BUSY, Reason.NO_WORKER, Reason.OTHER_MODEL, Reason.UNHEARD)
        .contains(Reason.PLANNING);
  }

  /** Without looking at what the board has indexed. */
  private Reason otherwise(StoryDemand story) {
    if (!fleet.mayWant(story.storyId())) {
      return Reason.UNHEARD;
    }
    List<Seat> willing = fleet.seats().stream().filter(seat -> !seat.draining()).toList();
    if (story.pin().isEmpty()) {
      return !willing.isEmpty()
          ? Reason.PLANNING
          : fleet.seats().isEmpty() ? Reason.NO_WORKER : Reason.DRAINING;
    }
    StoryDemand.Pin pin = story.pin().get();
    if (willing.stream().anyMatch(it -> it.isEquivalentTo(pin.engineClass(), pin.model()))) {
      return Reason.BUSY;
    }
    if (fleet.seats().stream().anyMatch(it -> it.isEquivalentTo(pin.engineClass(), pin.model()))) {
      return Reason.DRAINING;
    }
    return fleet.seats().stream().anyMatch(it -> it.engineClass().equals(pin.engineClass()))
        ? Reason.OTHER_MODEL
        : Reason.NO_WORKER;
  }

  private static Set<Outlook.Piece> pieces(
      StoryDemand story, List<Assignment> dealt, List<Assignment.Lease> asked) {
    List<Assignment> all = new ArrayList<>(dealt);
    all.addAll(asked);
    Set<Outlook.Piece> pieces = new HashSet<>();
    for (Assignment assignment : all) {
      if (assignment instanceof Assignment.Lease lease && lease.storyId().equals(story.storyId())) {
        lease
            .grants()
            .forEach(
                grant ->
                    pieces.add(new Outlook.Piece(lease.shotIndex(), lease.kind(), grant.index())));
      }
    }
    return pieces;
  }
}
