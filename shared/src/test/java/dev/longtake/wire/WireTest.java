package dev.longtake.wire;

import static dev.longtake.testing.TestStories.model;
import static dev.longtake.testing.TestStories.story;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.OrderStatement;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.testing.TestModel;
import dev.longtake.trace.TraceContext;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.words.Word;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTest {

  private static final Digest DIGEST = Digest.ofText("x");

  private static ShotInputs inputs() {
    return StoryPlan.of("s-1", story(), model(), "cpu").shots().get(1).inputs();
  }

  private static LongtakeException failure(Runnable call) {
    return catchThrowableOfType(LongtakeException.class, call::run);
  }

  @Test
  void story_roundTrip_isEqual() {
    Story story =
        story()
            .withSettings(
                new RenderSettings(
                    new SamplingOverrides(
                        OptionalInt.of(3),
                        OptionalDouble.of(0),
                        OptionalDouble.empty(),
                        OptionalDouble.of(0.75)),
                    true));

    assertThat(StoryWire.fromProto(StoryWire.toProto(story))).isEqualTo(story);
    assertThat(StoryWire.fromProto(StoryWire.toProto(story()))).isEqualTo(story());
    assertThat(StoryWire.contentDigest(story)).isNotEqualTo(StoryWire.contentDigest(story()));
    assertThat(StoryWire.contentDigest(story())).isEqualTo(StoryWire.contentDigest(story()));
  }

  /** A whole rate stands where it always stood, so that the digests of its stories stay. */
  @Test
  void story_ofAnyRate_comesBackEqual() {
    Story story = ofRate("24");
    Story ntsc = ofRate("23.976");

    assertThat(StoryWire.fromProto(StoryWire.toProto(ntsc))).isEqualTo(ntsc);
    assertThat(StoryWire.toProto(ntsc).getFrameRateHz()).isZero();
    assertThat(StoryWire.fromProto(StoryWire.toProto(story))).isEqualTo(story);
    assertThat(StoryWire.toProto(story).hasFrameRate()).isFalse();
    assertThat(StoryWire.toProto(story).getFrameRateHz()).isEqualTo(24);
    assertThat(StoryWire.contentDigest(ntsc)).isNotEqualTo(StoryWire.contentDigest(story));
  }

  @Test
  void seed_ofAllBits_comesBackEqual() {
    var message = StoryWire.toProto(story()).toBuilder().setSeed(-1).build();

    assertThat(StoryWire.fromProto(message).seed()).isEqualTo(-1);
    assertThat(message.toString()).contains("seed: 18446744073709551615");
  }

  private static Story ofRate(String rate) {
    Story given = story();
    return new Story(
        given.name(),
        given.world(),
        given.size(),
        FrameRate.parse(rate).orElseThrow(),
        given.seed(),
        given.shots(),
        given.transitions(),
        given.settings());
  }

  /** Also a kind that does not exist yet. */
  @ParameterizedTest
  @EnumSource
  void transition_ofAnyKind_comesBackEqual(Transition.Kind kind) {
    Transition transition = kind.of(new Transition.Said(kind.takesTime() ? 4 : 0, 0x102030));
    Story given = story();
    Story story =
        new Story(
            given.name(),
            given.world(),
            given.size(),
            given.frameRate(),
            given.seed(),
            given.shots(),
            List.of(transition, given.transitions().getLast()),
            given.settings());

    assertThat(StoryWire.fromProto(StoryWire.toProto(story)).transitions())
        .as("shared/src/main/java/dev/longtake/wire/StoryWire.java")
        .isEqualTo(story.transitions());
  }

  @Test
  void story_wrongField_isNamed() {
    assertWrong(it -> it.clearWorld(), "story.world: expected it to be set");
    assertWrong(it -> it.setWidth(0), "story.size: width is not positive");
    assertWrong(
        it -> it.setWidth(65), "story: width: expected an even number from 16 to 4096, found 65");
    assertWrong(it -> it.setFrameRateHz(0), "story: frameRateHz: expected 1 to 60, found 0");
    assertWrong(
        it -> it.getFrameRateBuilder().setNumerator(24_000).setDenominator(1001),
        "story.frame_rate: expected frame_rate_hz to be unset beside it, found both");
    assertWrong(
        it -> it.clearFrameRateHz().getFrameRateBuilder().setNumerator(25).setDenominator(2),
        "story: frameRate: expected 1 to 60, whole or a multiple of 1000/1001, found 25/2");
    assertWrong(it -> it.clearShots(), "story: expected 1 to 1000 shots, found 0");
    assertWrong(it -> it.clearTransitions(), "story: expected 2 transitions");
    assertWrong(
        it -> it.getShotsBuilder(1).setCamera("left"),
        "story.shots[1].camera: expected " + Word.listing(Camera.class) + ", found \"left\"");
    assertWrong(
        it -> it.getShotsBuilder(2).setPrompt("x".repeat(2001)),
        "story.shots[2]: prompt: expected at most 2000 characters, found 2001");
    assertWrong(
        it -> it.getShotsBuilder(1).setNegativePrompt("x".repeat(2001)),
        "story.shots[1]: negativePrompt: expected at most 2000 characters, found 2001");
    assertWrong(
        it -> it.getShotsBuilder(0).setScene("zoo"), "story: shot first: the world has no scene");
    assertWrong(
        it -> it.getTransitionsBuilder(0).clearDissolve(),
        "story.transitions[0]: expected %s, found nothing"
            .formatted(Word.listing(Transition.Kind.class)));
    assertWrong(
        it -> it.getTransitionsBuilder(0).getDissolveBuilder().setFrameCount(48),
        "story: shot first has 48 frames, too few");
    assertWrong(
        it -> it.getWorldBuilder().getCharactersBuilder(1).getPicturesBuilder(0).setDigest("QUUX"),
        "story.world.characters[1].pictures[0].digest: expected 64 lower-case");
    assertWrong(
        it ->
            it.getWorldBuilder()
                .getScenesBuilder(0)
                .getPicturesBuilder(0)
                .setWidth(100_000)
                .setHeight(100_000),
        "story.world.scenes[0].pictures[0]: expected at most 20000000 pixels");
  }

  private static void assertWrong(
      Consumer<dev.longtake.wire.v1.Story.Builder> change, String message) {
    var builder = StoryWire.toProto(story()).toBuilder();
    change.accept(builder);

    LongtakeException failure = failure(() -> StoryWire.fromProto(builder.build()));

    assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(failure.getMessage()).startsWith(message);
  }

  @Test
  void status_roundTrip_isEqual() {
    ShotStatus shot =
        new ShotStatus(
            "a",
            48,
            ShotState.DECODING,
            new ShotCounts(new Count(3, 4), new Count(36, 40), 30, new Count(1, 5)),
            Optional.of(DIGEST),
            false);
    ShotStatus waiting =
        new ShotStatus("b", 9, ShotState.WAITING, ShotCounts.NONE, Optional.empty(), true);
    StoryStatus running =
        new StoryStatus(
            "s-1",
            "Zoo",
            StoryState.RUNNING,
            Instant.parse("2026-01-02T03:04:05.678Z"),
            Optional.empty(),
            new StoryStatus.Renderers("cpu", 2),
            List.of(shot, waiting),
            new StoryStatus.Film(57, true, List.of()));
    StoryStatus ended =
        new StoryStatus(
            "s-1",
            "Zoo",
            StoryState.FAILED,
            Instant.EPOCH,
            Optional.of(
                new StoryStatus.Ending(
                    Instant.EPOCH.plusSeconds(9),
                    Optional.of(new StoryStatus.Failure("worker.worker_lost", "gone")))),
            new StoryStatus.Renderers("", 0),
            List.of(),
            new StoryStatus.Film(57, false, List.of(new FilmFile("shots/a.mp4", DIGEST, 12))));

    assertThat(StatusWire.fromProto(StatusWire.toProto(running))).isEqualTo(running);
    assertThat(StatusWire.fromProto(StatusWire.toProto(ended))).isEqualTo(ended);
  }

  /** A coordinator that is not what it should be must not make a client write anywhere. */
  @Test
  void status_fileThatLeavesTheFolder_isRefused() {
    for (String name : List.of("../x", "/etc/passwd", "a/../../b", ".hidden", "a//b", "")) {
      var message =
          dev.longtake.wire.v1.StoryStatus.newBuilder()
              .setState(dev.longtake.wire.v1.StoryState.STORY_STATE_PENDING)
              .addFiles(
                  dev.longtake.wire.v1.FilmFile.newBuilder().setName(name).setDigest(DIGEST.hex()))
              .build();

      assertThat(failure(() -> StatusWire.fromProto(message)).getMessage())
          .startsWith("status.files[0]: expected a relative path");
    }
  }

  @Test
  void summary_roundTrip_isEqual() {
    Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
    var failure = new StoryStatus.Failure("bug.internal", "broken");
    StorySummary open =
        new StorySummary(
            "story-1", "rosie", StoryState.RUNNING, time, Optional.empty(), 96, new Count(1, 3));
    StorySummary failed =
        new StorySummary(
            "story-2",
            "ella",
            StoryState.FAILED,
            time,
            Optional.of(new StoryStatus.Ending(time.plusSeconds(1), Optional.of(failure))),
            96,
            new Count(0, 3));

    assertThat(StatusWire.fromProto(StatusWire.toProto(open))).isEqualTo(open);
    assertThat(StatusWire.fromProto(StatusWire.toProto(failed))).isEqualTo(failed);
  }

  @Test
  void modelCard_roundTrip_isEqual() {
    ModelCard model =
        TestModel.named("wan")
            .geometry(new LatentGeometry(16, 8, 4, 2, 3))
            .sampling(new Sampling(12, 3.5, 2.0, Solver.EULER, 0.7, 0.75))
            .card();

    assertThat(ModelWire.model(new Field("model"), ModelWire.toProto(model))).isEqualTo(model);
  }

  @Test
  void modelCard_wrongField_isNamed() {
    var overlapping = ModelWire.toProto(model()).toBuilder();
    overlapping.getChunkPolicyBuilder().setOverlap(4);
    var unsolved = ModelWire.toProto(model()).toBuilder();
    unsolved.getSamplingBuilder().setSolver("heun");
    var flat = ModelWire.toProto(model()).toBuilder().clearGeometry();

    assertThat(failure(() -> ModelWire.model(new Field("model"), overlapping.build())))
        .hasMessageStartingWith("model.chunk_policy: overlap: expected at most a third");
    assertThat(failure(() -> ModelWire.model(new Field("model"), unsolved.build())))
        .hasMessageStartingWith("model.sampling.solver: expected euler");
    assertThat(failure(() -> ModelWire.model(new Field("model"), flat.build())))
        .hasMessageStartingWith("model.geometry: channels is not positive: 0");
  }

  @Test
  void worker_roundTrip_isEqual() {
    LeaseToken chunk = new LeaseToken("s-1", 2, LeaseToken.Kind.CHUNK, 0, 1);
    LeaseToken segment = new LeaseToken("s-1", 2, LeaseToken.Kind.SEGMENT, 3, 9);
    WorkerStatement worker =
        new WorkerStatement(
            "w-1",
            "boot.7",
            "cpu-avx512-f32-1",
            model(),
            List.of(
                new Report(chunk, new Report.Running(4, true)),
                new Report(
                    chunk, new Report.Running(5, false, Optional.of(Duration.ofMillis(41_250)))),
                new Report(segment, new Report.Done(DIGEST, 77, Duration.ofMillis(1234))),
                new Report(chunk, new Report.Failed(ErrorCode.ENGINE_FAILED, "no memory"))),
            true,
            3);

    assertThat(WorkWire.fromProto(WorkWire.toProto(worker))).isEqualTo(worker);
  }

  @Test
  void stepTime_thatNoStepTakes_isRefused() {
    var running =
        dev.longtake.wire.v1.Report.Running.newBuilder()
            .setStepTime(com.google.protobuf.Duration.newBuilder().setSeconds(-1));
    var report =
        dev.longtake.wire.v1.Report.newBuilder()
            .setLease(
                dev.longtake.wire.v1.LeaseToken.newBuilder()
                    .setStoryId("s-1")
                    .setChunkIndex(0)
                    .setAttempt(1))
            .setRunning(running);
    var message =
        WorkWire.toProto(new WorkerStatement("w", "b", "cpu", model(), List.of(), false, 1))
            .toBuilder()
            .addReports(report)
            .build();

    assertThatThrownBy(() -> WorkWire.fromProto(message))
        .hasMessageContaining("step_time")
        .hasMessageContaining("-1 s");
  }

  @Test
  void worker_wrongField_isNamed() {
    var valid =
        WorkWire.toProto(new WorkerStatement("w", "b", "cpu", model(), List.of(), false, 1));

    assertThat(failure(() -> WorkWire.fromProto(SynchronizeRequest.getDefaultInstance())))
        .hasMessageStartingWith("model: expected it to be set");
    assertThat(failure(() -> WorkWire.fromProto(valid.toBuilder().setWorkerId("a b").build())))
        .hasMessageStartingWith("worker: workerId: expected 1 to 64");
    assertThat(
            failure(
                () ->
                    WorkWire.fromProto(
                        valid.toBuilder()
                            .addReports(dev.longtake.wire.v1.Report.getDefaultInstance())
                            .build())))
        .hasMessageStartingWith(
            "reports[0].lease: expected chunk_index or segment_index, found nothing");
  }

  @Test
  void reader_sameCardAgain_isNotMadeAgainAndAnotherOneIs() {
    var reader = new StatementReader();
    var message =
        WorkWire.toProto(new WorkerStatement("w", "b", "cpu", model(), List.of(), false, 1));
    WorkerStatement first = reader.read(message);
    var changed = message.toBuilder();
    changed.getModelBuilder().setWeightBytes(message.getModel().getWeightBytes() + 1);

    assertThat(reader.read(message.toBuilder().setDraining(true).build()).model())
        .isSameAs(first.model());
    assertThat(reader.read(changed.build()).model().weightBytes())
        .isEqualTo(first.model().weightBytes() + 1);
    assertThat(failure(() -> reader.read(message.toBuilder().clearModel().build())))
        .hasMessageStartingWith("model: expected it to be set");
  }

  /** A worker of a newer version may know codes that this coordinator does not. */
  @Test
  void report_unknownErrorCode_isInternal() {
    var statement =
        new WorkerStatement(
            "w",
            "b",
            "cpu",
            model(),
            List.of(
                new Report(
                    new LeaseToken("s", 0, LeaseToken.Kind.CHUNK, 0, 1),
                    new Report.Failed(ErrorCode.ENGINE_FAILED, "m"))),
            false,
            1);
    var message = WorkWire.toProto(statement).toBuilder();
    message.getReportsBuilder(0).getFailedBuilder().setErrorCode("MOON_FULL");

    assertThat(WorkWire.fromProto(message.build()).reports().getFirst().progress())
        .isEqualTo(new Report.Failed(ErrorCode.INTERNAL, "m"));
  }

  private static Work.DenoiseChunk denoise(CheckpointPlan checkpoints) {
    return new Work.DenoiseChunk(inputs(), 4, 8, 3, 3, true, false, checkpoints);
  }

  @Test
  void orders_roundTrip_areEqual() {
    OrderStatement orders =
        new OrderStatement(
            List.of(
                new Order(
                    new LeaseToken("s-1", 1, LeaseToken.Kind.CHUNK, 1, 1),
                    denoise(new CheckpointPlan(2, CheckpointPolicy.every(1)))),
                new Order(
                    new LeaseToken("s-1", 1, LeaseToken.Kind.CHUNK, 2, 1),
                    denoise(CheckpointPlan.NONE)),
                new Order(
                    new LeaseToken("s-1", 1, LeaseToken.Kind.CHUNK, 3, 1),
                    denoise(
                        new CheckpointPlan(0, CheckpointPolicy.within(Duration.ofSeconds(20))))),
                new Order(
                        new LeaseToken("s-1", 1, LeaseToken.Kind.SEGMENT, 1, 2),
                        new Work.DecodeSegment(inputs(), 4, 4, 2, DIGEST, 16))
                    .in(TraceContext.ofStory("s-1", Instant.EPOCH))),
            Duration.ofMillis(500),
            false);

    assertThat(WorkWire.fromProto(WorkWire.toProto(orders))).isEqualTo(orders);
  }

  @Test
  void orders_wrongField_isNamed() {
    var valid =
        WorkWire.toProto(
            new OrderStatement(
                List.of(
                    new Order(
                        new LeaseToken("s-1", 1, LeaseToken.Kind.CHUNK, 1, 1),
                        denoise(new CheckpointPlan(2, CheckpointPolicy.every(1))))),
                Duration.ofSeconds(1),
                false));
    var noWork = valid.toBuilder();
    noWork.getOrdersBuilder(0).clearDenoise();
    var outside = valid.toBuilder();
    outside.getOrdersBuilder(0).getDenoiseBuilder().setFirstLatentFrame(10);
    var beyond = valid.toBuilder();
    beyond.getOrdersBuilder(0).getDenoiseBuilder().setResumeStep(inputs().sampling().stepCount());

    assertThat(failure(() -> WorkWire.fromProto(noWork.build())))
        .hasMessageStartingWith("orders[0]: expected denoise or decode, found nothing");
    assertThat(failure(() -> WorkWire.fromProto(outside.build())))
        .hasMessageStartingWith("orders[0].denoise: chunk of 8 latent frames from 10 on leaves");
    assertThat(failure(() -> WorkWire.fromProto(beyond.build())))
        .hasMessageStartingWith("orders[0].denoise: resumeStep: expected less than");
    assertThat(failure(() -> WorkWire.fromProto(SynchronizeResponse.getDefaultInstance())))
        .hasMessageStartingWith("heartbeat_interval:");
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void slabKey_roundTrip_isEqual(Side side) {
    SlabKey key = new SlabKey("s-1", 2, 3, side, 4);

    assertThat(SlabWire.fromProto(SlabWire.toProto(key))).isEqualTo(key);
  }

  @Test
  void slabKey_wrongField_isNamed() {
    var valid = SlabWire.toProto(new SlabKey("s-1", 2, 3, Side.LEFT, 4));

    assertThat(
            failure(() -> SlabWire.fromProto(valid.toBuilder().clearSide().build())).getMessage())
        .startsWith("key.side: expected left or right");
    assertThat(
            failure(() -> SlabWire.fromProto(valid.toBuilder().setStoryId("../x").build()))
                .getMessage())
        .startsWith("key: storyId: expected 1 to 64");
  }

  @Test
  void checkpointKey_roundTrip_isEqual() {
    CheckpointKey key = new CheckpointKey("s-1", 2, 3, 4);
    LeaseToken lease = new LeaseToken("s-1", 2, LeaseToken.Kind.CHUNK, 3, 5);
    var put = CheckpointWire.toProto(lease, 4).build();

    assertThat(CheckpointWire.key(CheckpointWire.toProto(key))).isEqualTo(key);
    assertThat(CheckpointWire.key(put)).isEqualTo(key);
    assertThat(CheckpointWire.lease(put)).isEqualTo(lease);
  }

  @Test
  void checkpointKey_wrongField_isNamed() {
    var ofASegment =
        CheckpointWire.toProto(new LeaseToken("s-1", 2, LeaseToken.Kind.SEGMENT, 3, 5), 4);
    var ofNoStep = CheckpointWire.toProto(new LeaseToken("s-1", 2, LeaseToken.Kind.CHUNK, 3, 5), 0);

    assertThat(failure(() -> CheckpointWire.key(ofASegment.build())))
        .hasMessageStartingWith("lease: expected a chunk, found a segment");
    assertThat(failure(() -> CheckpointWire.key(ofNoStep.build())))
        .hasMessageStartingWith("step_index: stepIndex is not positive: 0");
    assertThat(failure(() -> CheckpointWire.key(GetCheckpointRequest.getDefaultInstance())))
        .hasMessageStartingWith("key: storyId: expected 1 to 64");
  }
}
