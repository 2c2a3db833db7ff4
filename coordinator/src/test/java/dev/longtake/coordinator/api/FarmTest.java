package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.FleetClient;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Pass;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Seed;
import dev.longtake.story.Story;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.testing.TestStories;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole coordinator on loopback with workers that render at once. */
@Timeout(60)
@SuppressWarnings("try") // Workers work by being there.
class FarmTest {

  @TempDir Path folder;
  private Coordinator coordinator;
  private FarmClient client;

  @BeforeEach
  void start() {
    coordinator = Coordinator.start(config());
    client = FarmClient.connect("127.0.0.1", coordinator.port());
  }

  private CoordinatorConfig config() {
    return config("data");
  }

  private CoordinatorConfig config(String name) {
    return CoordinatorConfig.CONFIGURATION.of(
        TestConfig.in(folder.resolve(name))
            .with("test", "lease.reconnect", "300ms")
            .with("test", "lease.timeout", "10s")
            .with("test", "lease.heartbeat", "1s")
            .with("test", "film.patience", "1ms"));
  }

  @AfterEach
  void stop() {
    client.close();
    coordinator.close();
  }

  private StoryStatus submit(String requestId, int... frameCounts) {
    return client.submit(
        requestId, TestStories.story("rosie", frameCounts), TestStories.pictures());
  }

  private StoryStatus watch(StoryStatus story) {
    return client.watch(story.storyId(), status -> {});
  }

  @Test
  void submit_withOneWorker_becomesAFilm() throws Exception {
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      Set<StoryState> seen = new HashSet<>();
      StoryStatus end =
          client.watch(submit("r1", 57, 33, 9).storyId(), status -> seen.add(status.state()));

      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      assertThat(seen).contains(StoryState.SUCCEEDED);
      assertThat(end.film().frameCount()).isEqualTo(57 + 33 + 9 - 3);
      assertThat(end.shots())
          .allSatisfy(
              shot -> {
                assertThat(shot.state()).isEqualTo(ShotState.DONE);
                assertThat(shot.counts().steps().fraction()).isEqualTo(1);
                assertThat(shot.latentsDigest()).isPresent();
              });
      assertThat(end.film().files())
          .extracting(FilmFile::name)
          .contains("film.mp4", "contact-sheet.png", "manifest.json", "shots/shot-1.mp4");
      for (FilmFile file : end.film().files()) {
        Path path = client.download(end.storyId(), file, folder.resolve("film"), count -> {});
        assertThat(Digest.of(Files.readAllBytes(path))).isEqualTo(file.digest());
      }
    }
  }

  /** A size between the model's steps of eight, a rate of NTSC, a seed beyond 63 bits. */
  @Test
  void submit_ofNumbersAsPeopleWriteThem_becomesThatFilm() throws Exception {
    Story given = TestStories.story("rosie", 33);
    Story story =
        new Story(
            given.name(),
            given.world(),
            new FrameSize(30, 26),
            FrameRate.parse("23.976").orElseThrow(),
            Seed.parse("18446744073709551615").orElseThrow(),
            given.shots(),
            given.transitions(),
            given.settings());
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      StoryStatus end = watch(client.submit("r1", story, TestStories.pictures()));

      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      FilmFile manifest =
          end.film().files().stream()
              .filter(file -> file.name().equals("manifest.json"))
              .findFirst()
              .orElseThrow();
      Path path = client.download(end.storyId(), manifest, folder.resolve("film"), count -> {});
      assertThat(Files.readString(path))
          .contains(
              "\"width\" : 30",
              "\"height\" : 26",
              "\"renderedWidth\" : 32",
              "\"renderedHeight\" : 32",
              "\"frameRate\" : \"24000/1001\"",
              "\"seed\" : 18446744073709551615");
    }
  }

  @Test
  void submit_withTwoWorkers_givesTheSameFilm() {
    Map<String, Digest> alone;
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      alone = digests(watch(submit("r1", 57, 33)));
    }
    client.close();
    coordinator.close();
    coordinator = Coordinator.start(config("other"));
    client = FarmClient.connect("127.0.0.1", coordinator.port());

    try (var a = FakeWorker.start(coordinator.port(), "a");
        var b = FakeWorker.start(coordinator.port(), "b")) {
      assertThat(digests(watch(submit("r1", 57, 33)))).isEqualTo(alone);
    }
  }

  /** Workers die one after the other, each in the middle of something, and others come. */
  @Test
  void submit_withWorkersThatComeAndGo_givesTheSameFilm() throws Exception {
    Map<String, Digest> calm;
    try (var worker = FakeWorker.start(coordinator.port(), "calm")) {
      calm = digests(watch(submit("r1", 57, 57, 57, 57, 57)));
    }
    client.close();
    coordinator.close();
    coordinator = Coordinator.start(config("other"));
    client = FarmClient.connect("127.0.0.1", coordinator.port());
    StoryStatus story = submit("r1", 57, 57, 57, 57, 57);

    try (var slow = FakeWorker.start(coordinator.port(), "slow", "boot-1", order -> true)) {
      for (int i = 1; i <= 4; i++) {
        int orderCount = i;
        var served = new AtomicInteger();
        try (var doomed =
            FakeWorker.start(
                coordinator.port(),
                "doomed",
                "boot-" + i,
                order -> served.incrementAndGet() >= orderCount)) {
          for (int taken = 0; taken < orderCount; taken++) {
            assertThat(doomed.orders.poll(20, TimeUnit.SECONDS)).isNotNull();
          }
        }
      }
      slow.release();

      assertThat(digests(watch(story))).isEqualTo(calm);
    }
  }

  private static Map<String, Digest> digests(StoryStatus story) {
    assertThat(story.state()).as("%s", story.failure()).isEqualTo(StoryState.SUCCEEDED);
    return story.film().files().stream()
        .collect(Collectors.toMap(FilmFile::name, FilmFile::digest));
  }

  /** A worker dies with half of a shot; the other one's half keeps its attempt. */
  @Test
  void worker_lostInMidShot_costsItsChunksOnly() throws Exception {
    try (var lost = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true);
        var other = FakeWorker.start(coordinator.port(), "b", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 57);
      lost.orders.take();
      List<Order> kept = List.of(other.orders.take(), other.orders.take());

      lost.kill();
      List<Order> taken = List.of(other.orders.take(), other.orders.take());
      other.release();
      StoryStatus end = watch(story);

      assertThat(kept).allSatisfy(order -> assertThat(order.lease().attempt()).isEqualTo(1));
      assertThat(taken).allSatisfy(order -> assertThat(order.lease().attempt()).isEqualTo(2));
      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
    }
  }

  /** A drained worker keeps what it has; a quarantined one loses it; a released one gets work. */
  @Test
  void workers_drainedQuarantinedReleased_getWorkAsTheyShould() throws Exception {
    try (var fleet =
            FleetClient.connect(
                Addresses.of(new Address("127.0.0.1", coordinator.port())), Pass.NONE);
        var a = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true);
        var b = FakeWorker.start(coordinator.port(), "b", "boot-1", order -> true)) {
      StoryStatus first = submit("r1", 57);
      a.orders.take();
      b.orders.take();
      fleet.drain("a", "new fans");
      fleet.quarantine("b", "too hot", Optional.empty());
      while (fleet.workers().stream()
          .anyMatch(it -> !it.draining() || (it.workerId().equals("b") && !it.holds().isEmpty()))) {
        Thread.onSpinWait();
      }
      assertThat(fleet.workers().getFirst().holds()).as("a keeps its own").isNotEmpty();
      assertThat(fleet.workers().getLast().mark().orElseThrow().reason()).isEqualTo("too hot");
      awaitReasons(first, Reason.RUNNING, Reason.DRAINING, Reason.CHUNKS);
      b.orders.clear();

      fleet.release("b", "cool again");

      assertThat(b.orders.take().lease().attempt()).isEqualTo(2);
      a.release();
      b.release();
      assertThat(watch(first).state()).isEqualTo(StoryState.SUCCEEDED);
      assertThatThrownBy(() -> fleet.release("b", "again"))
          .hasMessageContaining("expected a worker that is drained or quarantined, found \"b\"");
    }
  }

  /** The same question, while nobody is there, while a worker has it, and when it has ended. */
  @Test
  void explain_ofAStory_saysWhyItWaits() throws Exception {
    StoryStatus story = submit("r1", 57, 33);
    awaitReasons(story, Reason.NO_WORKER);

    try (var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      worker.orders.take();
      awaitReasons(story, Reason.RUNNING, Reason.BUSY, Reason.CHUNKS);
      assertThat(client.explain(story.storyId()).shots().getFirst().chunks())
          .allSatisfy(chunk -> assertThat(chunk.workerId()).contains("a"));
      worker.release();
      watch(story);
    }

    assertThat(reasons(story)).containsExactly(Reason.DONE);
    assertThatThrownBy(() -> client.explain("story-of-nobody"))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  /** What holds for a moment only, between two messages of stories and dispatch, passes by. */
  private void awaitReasons(StoryStatus story, Reason... expected) {
    while (!reasons(story).equals(List.of(expected))) {
      Thread.onSpinWait();
    }
  }

  private List<Reason> reasons(StoryStatus story) {
    return client.explain(story.storyId()).notes().stream().map(Explanation.Note::reason).toList();
  }

  private static byte[] state(int step) {
    var origin =
        new Checkpoint.Origin(
            TestStories.ENGINE_CLASS, TestStories.MODEL.identity().digest(), 6, 2, 4, 4);
    return CheckpointCodec.encode(new Checkpoint(origin, step, new byte[] {1}));
  }

  /** Keeps the state of all four chunks after two of three steps, and waits for it to count. */
  private void keepStates(LatentClient latents, StoryStatus story, FakeWorker worker)
      throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      latents.putCheckpoint(worker.orders.take().lease(), 2, state(2));
    }
    awaitShot(story, shot -> shot.counts().stepsKept() == 4 * 2);
  }

  private static List<Order> take(FakeWorker worker, int count) throws InterruptedException {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      orders.add(worker.orders.take());
    }
    return orders;
  }

  private static int resumeStep(Order order) {
    return ((Work.DenoiseChunk) order.work()).checkpoints().resumeStep();
  }

  /** What the lost worker had kept is where the next one begins; older states are dropped. */
  @Test
  void worker_lostAfterACheckpoint_isFollowedFromThere() throws Exception {
    ManagedChannel channel = Channels.plaintext("127.0.0.1", coordinator.port());
    var latents = new LatentClient(channel, Retries.NONE);
    try (var lost = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 57);
      LeaseToken first = lost.orders.take().lease();
      latents.putCheckpoint(first, 1, state(1));
      latents.putCheckpoint(first, 2, state(2));
      for (Order order : take(lost, 3)) {
        latents.putCheckpoint(order.lease(), 2, state(2));
      }
      awaitShot(story, shot -> shot.counts().stepsKept() == 4 * 2);
      lost.kill();

      try (var next = FakeWorker.start(coordinator.port(), "b", "boot-1", order -> true)) {
        List<Order> orders = take(next, 4);
        assertThat(orders).allSatisfy(order -> assertThat(resumeStep(order)).isEqualTo(2));
        assertThat(orders).allSatisfy(order -> assertThat(order.lease().attempt()).isEqualTo(2));
        CheckpointKey older = new CheckpointKey(story.storyId(), 0, first.index(), 1);
        CheckpointKey newer = new CheckpointKey(story.storyId(), 0, first.index(), 2);
        while (latents.getCheckpoint(older).isPresent()) {
          Thread.onSpinWait();
        }
        assertThat(latents.getCheckpoint(newer)).isPresent();
        next.release();

        StoryStatus end = watch(story);
        assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      }
    } finally {
      Channels.close(channel);
    }
  }

  /** The next worker cannot use the state: everything is dropped and the shot begins anew. */
  @Test
  void worker_withAnUnusableCheckpoint_beginsAnew() throws Exception {
    ManagedChannel channel = Channels.plaintext("127.0.0.1", coordinator.port());
    var latents = new LatentClient(channel, Retries.NONE);
    try (var lost = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 57);
      keepStates(latents, story, lost);
      lost.kill();

      try (var next = FakeWorker.start(coordinator.port(), "b", "boot-1", order -> true)) {
        Order resumed = take(next, 4).get(1);
        next.say(
            resumed.lease(), new Report.Failed(ErrorCode.CHECKPOINT_UNUSABLE, "another shape"));

        assertThat(take(next, 4))
            .allSatisfy(order -> assertThat(order.lease().attempt()).isEqualTo(3))
            .allSatisfy(order -> assertThat(resumeStep(order)).isZero());
        assertThat(latents.getCheckpoint(new CheckpointKey(story.storyId(), 0, 1, 2))).isEmpty();
        next.release();

        StoryStatus end = watch(story);
        assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      }
    } finally {
      Channels.close(channel);
    }
  }

  @Test
  void report_ofASupersededAttempt_changesNothing() throws Exception {
    try (var first = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 9);
      Order old = first.orders.take();
      first.freeze();
      try (var second = FakeWorker.start(coordinator.port(), "a", "boot-2", order -> true)) {
        Order current = second.orders.take();
        assertThat(first.superseded.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(current.lease().attempt()).isEqualTo(2);

        second.say(old.lease(), new Report.Failed(ErrorCode.INTERNAL, "from another time"));
        second.release();

        assertThat(watch(story).state()).isEqualTo(StoryState.SUCCEEDED);
      }
    }
  }

  /** Two machines made from one image: whoever came second is told, and told where the other is. */
  @Test
  void worker_ofAnIdThatIsAtWork_isRefused() throws Exception {
    try (var first = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true);
        var second = FakeWorker.start(coordinator.port(), "a", "boot-2", order -> true)) {
      StoryStatus story = submit("r1", 9);

      var refusal =
          (LongtakeException)
              CompletableFuture.anyOf(first.refusal, second.refusal).get(20, TimeUnit.SECONDS);
      first.release();
      second.release();

      assertThat(refusal.code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
      assertThat(refusal)
          .hasMessageMatching(
              "worker id a: expected one that no other process has, but the one from"
                  + " 127\\.0\\.0\\.1:\\d+ has it and is at work");
      assertThat(watch(story).state()).isEqualTo(StoryState.SUCCEEDED);
    }
  }

  /** Its work is free at once, not after the grace of a broken connection. */
  @Test
  void worker_thatLeaves_handsBackWhatItHeld() throws Exception {
    coordinator.close();
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(folder.resolve("patient")).with("test", "lease.reconnect", "10m")));
    client.close();
    client = FarmClient.connect("127.0.0.1", coordinator.port());
    try (var first = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 9);
      first.orders.take();

      first.leave();

      try (var second = FakeWorker.start(coordinator.port(), "b")) {
        assertThat(watch(story).state()).isEqualTo(StoryState.SUCCEEDED);
        assertThat(second.orders.take().lease().attempt()).isEqualTo(2);
      }
    }
  }

  @Test
  void worker_failingWithItsOwnFault_isReplacedUntilTheBudgetIsSpent() throws Exception {
    try (var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 9);
      for (int attempt = 1; attempt <= 3; attempt++) {
        Order order = worker.orders.take();
        assertThat(order.lease().attempt()).isEqualTo(attempt);
        worker.say(order.lease(), new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"));
      }

      StoryStatus end = watch(story);

      assertThat(end.state()).isEqualTo(StoryState.FAILED);
      assertThat(end.failure().orElseThrow().code()).isEqualTo("worker.engine_failed");
      assertThat(end.failure().orElseThrow().message()).contains("shot-0", "out of memory");
    }
  }

  /** The folder that films are put together in is a file: as good as a disk without room. */
  @Test
  void retry_afterTheFilmCouldNotBePutTogether_rendersNothingAgain() throws Exception {
    Map<String, Digest> calm;
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      calm = digests(watch(submit("r1", 57, 33)));
    }
    client.close();
    coordinator.close();
    coordinator = Coordinator.start(config("other"));
    client = FarmClient.connect("127.0.0.1", coordinator.port());
    Path scratch = Files.createFile(folder.resolve("other").resolve("scratch"));

    StoryStatus failed;
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      failed = watch(submit("r1", 57, 33));
    }
    assertThat(failed.failure().orElseThrow().code()).isEqualTo("busy.storage_failed");
    assertThat(failed.failure().orElseThrow().message()).startsWith("cutting the clip of shot ");
    assertThat(failed.shots())
        .allSatisfy(shot -> assertThat(shot.state()).isEqualTo(ShotState.DONE));
    Files.delete(scratch);

    // There is no worker.
    assertThat(client.retry(failed.storyId()).state()).isEqualTo(StoryState.RUNNING);
    assertThat(digests(watch(failed))).isEqualTo(calm);
    assertThat(client.list(StoryFilter.ALL, 10, "").stories())
        .singleElement()
        .satisfies(line -> assertThat(line.state()).isEqualTo(StoryState.SUCCEEDED));
    assertThatThrownBy(() -> client.retry(failed.storyId()))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_STATE));
  }

  /** The second shot fails; the coordinator is started again before it is told to go on. */
  @Test
  void retry_afterAShotFailed_rendersThatShotAlone() throws Exception {
    StoryStatus story;
    try (var worker =
        FakeWorker.start(
            coordinator.port(), "a", "boot-1", order -> order.lease().shotIndex() == 1)) {
      story = submit("r1", 9, 33);
      awaitFirstShot(story);
      int failures = 0;
      while (failures < 3) {
        Order order = worker.orders.take();
        if (order.lease().shotIndex() == 1 && order.lease().index() == 0) {
          worker.say(order.lease(), new Report.Failed(ErrorCode.ENGINE_FAILED, "out of memory"));
          failures++;
        }
      }
      assertThat(watch(story).state()).isEqualTo(StoryState.FAILED);
    }
    client.close();
    coordinator.close();
    coordinator = Coordinator.start(config());
    client = FarmClient.connect("127.0.0.1", coordinator.port());

    assertThat(client.retry(story.storyId()).state()).isEqualTo(StoryState.RUNNING);
    assertThat(client.retry(story.storyId()).state()).isEqualTo(StoryState.RUNNING);
    try (var worker = FakeWorker.start(coordinator.port(), "b")) {
      StoryStatus end = watch(story);

      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      assertThat(worker.orders)
          .isNotEmpty()
          .allSatisfy(order -> assertThat(order.lease().shotIndex()).isEqualTo(1));
    }
  }

  @Test
  void cancel_inMidShot_takesTheOrdersBack() throws Exception {
    try (var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story = submit("r1", 57);
      worker.orders.take();

      assertThat(client.cancel(story.storyId()).state()).isEqualTo(StoryState.CANCELLED);
      assertThat(client.cancel(story.storyId()).state()).isEqualTo(StoryState.CANCELLED);
      assertThat(watch(story).state()).isEqualTo(StoryState.CANCELLED);

      StoryStatus next = submit("r2", 9);
      worker.release();
      assertThat(watch(next).state()).isEqualTo(StoryState.SUCCEEDED);
      assertThatThrownBy(() -> client.cancel(next.storyId()))
          .isInstanceOfSatisfying(
              LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_STATE));
    }
  }

  /** The first shot is done, the second one is not, when the coordinator ends. */
  @Test
  void coordinator_startedAgain_goesOnWithWhatIsLeft() throws Exception {
    StoryStatus story;
    try (var worker =
        FakeWorker.start(
            coordinator.port(), "a", "boot-1", order -> order.lease().shotIndex() == 1)) {
      story = submit("r1", 9, 57);
      awaitFirstShot(story);
    }
    client.close();
    coordinator.close();

    coordinator = Coordinator.start(config());
    client = FarmClient.connect("127.0.0.1", coordinator.port());
    try (var worker = FakeWorker.start(coordinator.port(), "b")) {
      StoryStatus end = watch(story);

      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      assertThat(worker.orders)
          .allSatisfy(order -> assertThat(order.lease().shotIndex()).isEqualTo(1));
      assertThat(client.list(StoryFilter.ALL, 10, "").stories()).hasSize(1);
    }
  }

  /** The worker outlives the coordinator: what it holds is of another time, slabs included. */
  @Test
  void coordinator_startedAgain_leasesAnewToAWorkerThatStayed() throws Exception {
    StoryStatus story;
    Order old;
    try (var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      story = submit("r1", 57);
      old = worker.orders.take();
    }
    client.close();
    coordinator.close();

    coordinator = Coordinator.start(config());
    client = FarmClient.connect("127.0.0.1", coordinator.port());
    try (var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> false)) {
      worker.say(old.lease(), new Report.Failed(ErrorCode.WRONG_STATE, "no such shot"));
      StoryStatus end = watch(story);

      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
      assertThat(worker.orders)
          .filteredOn(order -> order.lease().kind() == Kind.CHUNK)
          .hasSize(4)
          .allSatisfy(order -> assertThat(order.lease().attempt()).isEqualTo(2));
    }
  }

  private void awaitFirstShot(StoryStatus story) throws InterruptedException {
    awaitShot(story, shot -> shot.state() == ShotState.DONE);
  }

  /** Waits until the first shot is so. */
  private void awaitShot(StoryStatus story, Predicate<ShotStatus> isSo)
      throws InterruptedException {
    var done = new CountDownLatch(1);
    Thread watching =
        Thread.startVirtualThread(
            () ->
                client.watch(
                    story.storyId(),
                    status -> {
                      if (isSo.test(status.shots().getFirst())) {
                        done.countDown();
                      }
                    }));
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    watching.interrupt();
  }

  @Test
  void submit_ofAStoryRenderedBefore_takesItsShots() {
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      StoryStatus first = watch(submit("r1", 57, 33));
      worker.orders.clear();

      StoryStatus second = watch(submit("r2", 57, 33));

      assertThat(second.storyId()).isNotEqualTo(first.storyId());
      assertThat(second.shots()).allSatisfy(shot -> assertThat(shot.reused()).isTrue());
      assertThat(digests(second)).isEqualTo(digests(first));
      assertThat(worker.orders).isEmpty();
    }
  }

  @Test
  void submit_twiceWithOneRequestId_isOneStory() {
    StoryStatus first = submit("r1", 9);

    assertThat(submit("r1", 9).storyId()).isEqualTo(first.storyId());
    assertThatThrownBy(() -> submit("r1", 13))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    assertThat(client.list(StoryFilter.ALL, 10, "").stories()).hasSize(1);
  }

  @Test
  void list_inPages_isNewestFirst() {
    for (int i = 1; i <= 5; i++) {
      submit("r" + i, 9);
    }

    FarmClient.Page first = client.list(StoryFilter.ALL, 3, "");
    FarmClient.Page second = client.list(StoryFilter.ALL, 3, first.nextPageToken());

    assertThat(first.stories())
        .extracting(StorySummary::storyId)
        .containsExactly("story-000005", "story-000004", "story-000003");
    assertThat(second.stories())
        .extracting(StorySummary::storyId)
        .containsExactly("story-000002", "story-000001");
    assertThat(second.nextPageToken()).isEmpty();
  }

  /** Whoever cancelled it, or heard of its end, finds it so at once. */
  @Test
  void list_withAFilter_isWhatItLetsThrough() {
    for (int i = 1; i <= 3; i++) {
      submit("r" + i, 9);
    }
    StoryStatus cancelled = client.cancel("story-000002");

    StoryFilter filter =
        new StoryFilter(
            Set.of(StoryState.CANCELLED),
            cancelled.name().substring(0, 2),
            Optional.of(cancelled.submitTime()),
            Optional.empty());

    assertThat(client.list(filter, 10, "").stories())
        .extracting(StorySummary::storyId)
        .containsExactly("story-000002");
    assertThat(client.list(StoryFilter.OPEN, 10, "").stories())
        .extracting(StorySummary::storyId)
        .containsExactly("story-000003", "story-000001");
  }

  @Test
  void get_ofAnUnknownStory_saysSo() {
    assertThatThrownBy(() -> client.get("story-999999"))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
              assertThat(e.getMessage()).contains("story-999999");
            });
    assertThatThrownBy(() -> client.watch("story-999999", status -> {}))
        .isInstanceOf(LongtakeException.class);
  }

  @Test
  void submit_withoutAPicture_isRefused() {
    assertThatThrownBy(() -> client.submit("r1", TestStories.story("rosie", 9), Map.of()))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.PICTURE_INVALID);
              assertThat(e.getMessage()).contains("rosie.png");
            });
  }

  /** Where nobody is asked who it is, anybody may name a tenant; its request ids are its own. */
  @Test
  void submit_forATenant_isThatTenantsStory() {
    Story story = TestStories.story("rosie", 9);
    StoryStatus other = client.submit("r1", story, TestStories.pictures(), "features");
    StoryStatus ours = client.submit("r1", story, TestStories.pictures());

    assertThat(other.tenant()).isEqualTo("features");
    assertThat(ours.tenant()).isEqualTo("default");
    assertThat(ours.storyId()).isNotEqualTo(other.storyId());
    assertThat(client.get(other.storyId()).tenant()).isEqualTo("features");
    assertThat(client.list(StoryFilter.ALL, 10, "").stories())
        .extracting(StorySummary::tenant)
        .containsExactlyInAnyOrder("features", "default");
  }

  @Test
  void submit_forATenantThatCannotBe_isRefused() {
    assertThatThrownBy(
            () ->
                client.submit(
                    "r1", TestStories.story("rosie", 9), TestStories.pictures(), "Not A Name"))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
              assertThat(e.getMessage()).startsWith("tenant: expected a tenant: 1 to 63 of");
            });
  }

  @Test
  void submit_withAnotherPictureThanPromised_isRefused() {
    Digest promised = TestStories.pictures().keySet().iterator().next();

    assertThatThrownBy(
            () ->
                client.submit(
                    "r1", TestStories.story("rosie", 9), Map.of(promised, new byte[] {1})))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PICTURE_INVALID));
    assertThat(client.list(StoryFilter.ALL, 10, "").stories()).isEmpty();
  }

  /** The model here takes three pictures a shot. */
  @Test
  void submit_ofWhatTheModelCannotRender_failsAndSaysWhy() {
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      StoryStatus end = watch(client.submit("r1", TestStories.crowd(4), TestStories.pictures()));

      assertThat(end.state()).isEqualTo(StoryState.FAILED);
      assertThat(end.failure().orElseThrow().code()).isEqualTo("caller.story_invalid");
      assertThat(end.failure().orElseThrow().message()).contains("shot-0", "at most 3");
      assertThat(worker.orders).isEmpty();
    }
  }

  @Test
  void start_onAFolderInUse_saysSo() {
    assertThatThrownBy(() -> Coordinator.start(config()))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> assertThat(e.getMessage()).contains("another coordinator"));
  }

  @Test
  void lease_kinds_areBothOrdered() throws Exception {
    try (var worker = FakeWorker.start(coordinator.port(), "a")) {
      watch(submit("r1", 57));

      assertThat(worker.orders)
          .extracting(order -> order.lease().kind())
          .contains(Kind.CHUNK, Kind.SEGMENT);
    }
  }
}
