package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One event of every kind, by the name of its golden file, and some more where one does not show
 * everything. Samples are never changed, because their files are not; what is new gets a new one.
 * So nothing here is taken from what other tests share.
 */
final class JournalSamples {

  private static final Digest DIGEST = Digest.ofText("x");
  private static final Digest OTHER = Digest.ofText("y");
  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

  private JournalSamples() {}

  /** An event and the name of its golden file. */
  record Sample(String name, Object event) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    samples.addAll(ofStories());
    samples.addAll(ofWork());
    samples.addAll(ofTheCatalog());
    return samples;
  }

  private static List<Sample> ofStories() {
    return List.of(
        new Sample("story-submitted", new StorySubmitted("story-1", 1, GoldenStories.plain(), AT)),
        new Sample(
            "story-submitted-with-settings",
            new StorySubmitted("story-2", Long.MAX_VALUE, GoldenStories.withSettings(), AT)),
        new Sample(
            "story-submitted-with-everything",
            new StorySubmitted("story-3", 3, GoldenStories.full(), AT)),
        new Sample(
            "story-submitted-with-a-negative-prompt",
            new StorySubmitted("story-4", 4, GoldenStories.withNegativePrompt(), AT)),
        new Sample(
            "story-submitted-of-a-tenant",
            new StorySubmitted(
                "story-5",
                5,
                GoldenStories.plain(),
                new Submission(AT, new Owner("features", "rosie@studio")))),
        new Sample(
            "story-submitted-with-fresh-noise",
            new StorySubmitted("story-6", 6, GoldenStories.withFreshNoise(), AT)),
        new Sample(
            "story-planned",
            new StoryPlanned(
                GoldenStories.MODEL,
                "test-f32-1",
                List.of(new KnownShot(1, new ShotResult(DIGEST, List.of(OTHER, DIGEST)))))),
        new Sample(
            "film-assembled",
            new FilmAssembled(List.of(new FilmFile("shots/lion.mp4", DIGEST, 1L << 40)), AT)),
        new Sample("clip-cut", new ClipCut(2, new FilmFile("shots/lion.mp4", DIGEST, 1L << 40))),
        new Sample("story-unpinned", new StoryUnpinned("cpu-avx2-f32-1", AT)),
        new Sample("story-failed", new StoryFailed(ErrorCode.INTERNAL, "broken", AT)),
        new Sample("story-retried", new StoryRetried(AT)),
        new Sample("story-cancelled", new StoryCancelled(AT)),
        new Sample("story-claimed", new StoryClaimed("pekko://longtake@a:1#42", 7)));
  }

  private static List<Sample> ofWork() {
    return List.of(
        new Sample(
            "work-leased",
            new WorkLeased(1, Kind.CHUNK, List.of(new Grant(0, WORKER), new Grant(1, WORKER)))),
        new Sample("work-done", new WorkDone(1, Kind.SEGMENT, 3, 2, DIGEST)),
        new Sample(
            "work-failed",
            new WorkFailed(1, Kind.CHUNK, 3, 2, ErrorCode.ENGINE_FAILED, "out of memory")),
        new Sample(
            "work-released", new WorkReleased(1, Kind.CHUNK, List.of(1, 2), Optional.of(WORKER))),
        new Sample(
            "work-released-by-nobody",
            new WorkReleased(0, Kind.SEGMENT, List.of(), Optional.empty())),
        new Sample("holder-lost", new HolderLost(1, Kind.CHUNK, List.of(1, 2))),
        new Sample(
            "chunks-to-resume",
            new ChunksToResume(1, List.of(new ResumePoint(1, 4), new ResumePoint(2, 4)))),
        new Sample("shot-joined", new ShotJoined(2, DIGEST)));
  }

  /** Where stories stand, as snapshots: of each kind of ending and work one at least. */
  static List<Sample> snapshots() {
    StoryProgress submitted =
        StoryProgress.of(new StorySubmitted("story-2", 2, GoldenStories.withSettings(), AT));
    StoryProgress planned =
        StoryProgress.of(new StorySubmitted("story-1", 1, GoldenStories.plain(), AT))
            .apply(
                new StoryPlanned(
                    GoldenStories.MODEL,
                    "test-f32-1",
                    List.of(new KnownShot(1, new ShotResult(DIGEST, List.of(OTHER))))));
    StoryProgress denoised =
        after(
            planned,
            new StoryClaimed("pekko://longtake@a:1#42", 3),
            new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, WORKER), new Grant(1, WORKER))),
            new WorkDone(0, Kind.CHUNK, 0, 1, DIGEST),
            new WorkFailed(0, Kind.CHUNK, 1, 1, ErrorCode.ENGINE_FAILED, "out of memory"),
            new WorkReleased(0, Kind.CHUNK, List.of(0, 1), Optional.of(WORKER)),
            new ChunksToResume(0, List.of(new ResumePoint(0, 2), new ResumePoint(1, 2))),
            new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, WORKER))),
            new ShotJoined(2, OTHER),
            new WorkLeased(2, Kind.SEGMENT, List.of(new Grant(0, WORKER))),
            new WorkDone(2, Kind.SEGMENT, 0, 1, DIGEST),
            new ClipCut(1, new FilmFile("shots/lion.mp4", DIGEST, 1L << 40)));
    StoryProgress bereft =
        after(
            denoised,
            new HolderLost(0, Kind.CHUNK, List.of(0)),
            new WorkReleased(0, Kind.CHUNK, List.of(0), Optional.empty()),
            new WorkLeased(0, Kind.CHUNK, List.of(new Grant(1, WORKER))),
            new HolderLost(0, Kind.CHUNK, List.of(1)));
    return List.of(
        new Sample("snapshot-submitted", submitted),
        new Sample("snapshot-with-losses", bereft),
        new Sample("snapshot-cancelled", submitted.apply(new StoryCancelled(AT))),
        new Sample("snapshot-planned", planned),
        new Sample("snapshot-in-work", denoised),
        new Sample(
            "snapshot-failed",
            denoised.apply(new StoryFailed(ErrorCode.INTERNAL, "broken", AT.plusSeconds(1)))),
        new Sample(
            "snapshot-succeeded",
            denoised.apply(
                new FilmAssembled(List.of(new FilmFile("film.mp4", DIGEST, 1L << 40)), AT))));
  }

  private static StoryProgress after(StoryProgress story, StoryEvent... events) {
    StoryProgress changed = story;
    for (StoryEvent event : events) {
      changed = changed.apply(event);
    }
    return changed;
  }

  private static List<Sample> ofTheCatalog() {
    return List.of(
        new Sample("story-registered", new StoryRegistered("story-1", 1, "r1", DIGEST)),
        new Sample(
            "story-closed",
            new StoryClosed(
                new StorySummary(
                    "story-1",
                    "rosie",
                    StoryState.FAILED,
                    AT,
                    Optional.of(
                        new StoryStatus.Ending(
                            AT.plusSeconds(60),
                            Optional.of(new StoryStatus.Failure("bug.internal", "broken")))),
                    96,
                    new Count(1, 3)))));
  }
}
