package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Report.Progress;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.metrics.Metrics;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.testing.TestStories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chunk and a segment of one shot of nine frames. */
class ResultsTest {

  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final LatentGeometry GEOMETRY = TestStories.MODEL.geometry();

  @TempDir private Path folder;
  private ArtifactStorage storage;
  private ArtifactStore artifacts;
  private Results results;

  @BeforeEach
  void open() {
    storage = ArtifactStorage.inFolder(folder, 1 << 20);
    artifacts = storage.artifacts();
    results = new Results(artifacts, new Metrics());
  }

  @AfterEach
  void close() throws Exception {
    storage.close();
  }

  private static Order ordered(Kind kind) {
    StoryProgress story =
        StoryProgress.of(new StorySubmitted("story-1", 1, TestStories.story("s", 9), Instant.EPOCH))
            .apply(new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    if (kind == Kind.SEGMENT) {
      story = story.apply(new ShotJoined(0, Digest.ofText("latents")));
    }
    story = story.apply(new WorkLeased(0, kind, List.of(new Grant(0, WORKER))));
    return StoryDemand.of(story, 1, CheckpointPolicy.OFF).holders().getFirst().orders().getFirst();
  }

  private Progress checked(Order order, Digest artifact, long size, Map<LeaseToken, Work> known) {
    var report = new Report(order.lease(), new Report.Done(artifact, size, Duration.ZERO));
    return results.checked(statement(report), known).reports().getFirst().progress();
  }

  private static WorkerStatement statement(Report... reports) {
    return new WorkerStatement(
        "a", "1", TestStories.ENGINE_CLASS, TestStories.MODEL, List.of(reports), false, 1);
  }

  private Progress checked(Order order, byte[] content) {
    return checked(
        order, artifacts.put(content), content.length, Map.of(order.lease(), order.work()));
  }

  private static byte[] latents(Order order, int moreFrames) {
    Work.DenoiseChunk chunk = (Work.DenoiseChunk) order.work();
    int frames = chunk.latentFrameCount() + moreFrames;
    int height = GEOMETRY.height(chunk.shot().size());
    int width = GEOMETRY.width(chunk.shot().size());
    return LatentsCodec.encode(
        new Latents(
            frames,
            GEOMETRY.channels(),
            height,
            width,
            new float[frames * GEOMETRY.channels() * height * width]));
  }

  private static byte[] frames(Order order, int moreFrames) {
    Work.DecodeSegment segment = (Work.DecodeSegment) order.work();
    int width = segment.shot().size().width();
    int height = segment.shot().size().height();
    int count = segment.frameCount() + moreFrames;
    return FramesCodec.encode(
        new FrameRun(width, height, count, new byte[count * width * height * 3]));
  }

  private static void assertFailed(Progress progress, ErrorCode code, String... words) {
    assertThat(progress)
        .isInstanceOfSatisfying(
            Report.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              assertThat(failed.message()).contains(words);
            });
  }

  @Test
  void checked_ofWhatWasOrdered_isDone() {
    Order chunk = ordered(Kind.CHUNK);
    Order segment = ordered(Kind.SEGMENT);

    assertThat(checked(chunk, latents(chunk, 0))).isInstanceOf(Report.Done.class);
    assertThat(checked(segment, frames(segment, 0))).isInstanceOf(Report.Done.class);
  }

  @Test
  void checked_ofAnotherShape_hasFailed() {
    Order chunk = ordered(Kind.CHUNK);
    Order segment = ordered(Kind.SEGMENT);

    assertFailed(
        checked(chunk, latents(chunk, 1)), ErrorCode.RESULT_INVALID, "expected a shape of [3");
    assertFailed(checked(segment, frames(segment, -1)), ErrorCode.RESULT_INVALID, "9]", "8]");
    assertFailed(
        checked(chunk, frames(segment, 0)), ErrorCode.RESULT_INVALID, "other bytes (latents");
    assertFailed(
        checked(segment, "junk".getBytes(StandardCharsets.UTF_8)),
        ErrorCode.RESULT_INVALID,
        "other bytes (frames");
  }

  @Test
  void checked_ofAnotherSizeThanSaid_hasFailed() {
    Order chunk = ordered(Kind.CHUNK);
    Digest artifact = artifacts.put(latents(chunk, 0));

    assertFailed(
        checked(chunk, artifact, 7, Map.of()), ErrorCode.RESULT_INVALID, "expected the 7 bytes");
  }

  @Test
  void checked_ofWhatIsNotThere_isCorrupt() {
    assertFailed(
        checked(ordered(Kind.CHUNK), Digest.ofText("nothing"), 7, Map.of()),
        ErrorCode.DATA_CORRUPT,
        "to be stored before it is reported, found none");
  }

  /** As after a connection that broke: the order comes again, and the report too. */
  @Test
  void checked_ofAnOrderThatIsNotKnownHere_isBelieved() {
    Order chunk = ordered(Kind.CHUNK);
    byte[] content = latents(chunk, 1);

    assertThat(checked(chunk, artifacts.put(content), content.length, Map.of()))
        .isInstanceOf(Report.Done.class);
  }

  /** A worker repeats all that it holds, and each look may be two calls of a store. */
  @Test
  void checked_again_isNotLookedForAgain() throws Exception {
    Order chunk = ordered(Kind.CHUNK);
    assertThat(checked(chunk, latents(chunk, 0))).isInstanceOf(Report.Done.class);
    Digest artifact = Digest.of(latents(chunk, 0));
    Map<LeaseToken, Work> known = Map.of(chunk.lease(), chunk.work());
    int size = latents(chunk, 0).length;
    removeAll();

    assertThat(checked(chunk, artifact, size, known)).isInstanceOf(Report.Done.class);
    results.checked(statement(), known);
    assertFailed(checked(chunk, artifact, size, known), ErrorCode.DATA_CORRUPT, "found none");
  }

  @Test
  void checked_againWhenItsOrderIsKnown_isMeasured() {
    Order chunk = ordered(Kind.CHUNK);
    byte[] content = latents(chunk, 1);
    checked(chunk, artifacts.put(content), content.length, Map.of());

    assertFailed(checked(chunk, content), ErrorCode.RESULT_INVALID, "expected a shape of [3");
  }

  private void removeAll() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("artifacts"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
