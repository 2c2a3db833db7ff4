package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ResumePoint;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.status.FilmFile;
import dev.longtake.testing.TestStories;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that is journaled comes back as it was. */
class JournalFormTest {

  private static final ActorTestKit testKit =
      ActorTestKit.create(Journal.config(Path.of("target", "unused")));
  private static final Digest DIGEST = Digest.ofText("x");
  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  static List<Journaled> events() {
    Story plain = TestStories.story("rosie", 57, 9, 33);
    Story story =
        new Story(
            plain.name(),
            plain.world(),
            plain.size(),
            plain.frameRateHz(),
            -1L,
            plain.shots(),
            List.of(new Transition.Fade(2, 0xFFFFFF), new Transition.Dissolve(3)),
            new RenderSettings(
                new SamplingOverrides(
                    OptionalInt.of(4), OptionalDouble.empty(), OptionalDouble.of(2.5)),
                true));
    return List.of(
        new StorySubmitted("story-1", 1, plain, AT),
        new StorySubmitted("story-2", Long.MAX_VALUE, story, AT),
        new StoryPlanned(
            TestStories.MODEL,
            TestStories.ENGINE_CLASS,
            List.of(new KnownShot(1, new ShotResult(DIGEST, List.of(DIGEST, DIGEST))))),
        new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, WORKER), new Grant(1, WORKER))),
        new WorkDone(0, Kind.SEGMENT, 3, 2, DIGEST),
        new WorkFailed(0, Kind.CHUNK, 3, 2, ErrorCode.ENGINE_FAILED, "out of memory"),
        new WorkReleased(0, Kind.CHUNK, List.of(1, 2), Optional.of(WORKER)),
        new WorkReleased(0, Kind.SEGMENT, List.of(), Optional.empty()),
        new ChunksToResume(0, List.of(new ResumePoint(1, 4), new ResumePoint(2, 4))),
        new ShotJoined(2, DIGEST),
        new FilmAssembled(List.of(new FilmFile("shots/lion.mp4", DIGEST, 1L << 40)), AT),
        new StoryFailed(ErrorCode.INTERNAL, "", AT),
        new StoryCancelled(AT),
        new StoryRegistered("story-1", 1, "r1", DIGEST),
        new StoryClosed("story-1"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void event_writtenAndRead_isTheSame(Journaled event) throws Exception {
    Serialization serialization = SerializationExtension.get(testKit.system());

    byte[] written = serialization.serialize(event).get();

    assertThat(serialization.serializerFor(event.getClass()).getClass().getSimpleName())
        .isEqualTo("JacksonCborSerializer");
    assertThat(serialization.deserialize(written, event.getClass()).get()).isEqualTo(event);
  }

  @Test
  void events_areAllKindsThereAre() {
    assertThat(events().stream().map(Object::getClass).distinct())
        .hasSize(
            StoryEvent.class.getPermittedSubclasses().length
                + CatalogEvent.class.getPermittedSubclasses().length);
  }
}
