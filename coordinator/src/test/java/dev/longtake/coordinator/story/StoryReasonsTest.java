package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.Explanation.Piece;
import dev.longtake.story.status.Explanation.Shot;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.StoryState;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoryReasonsTest {

  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");
  private static final Outlook BUSY =
      new Outlook(Set.of(), Reason.BUSY, "all have something to do", Set.of());

  private final StepCounts steps = new StepCounts();

  /** Two shots: one of several chunks and one of a single one. */
  private StoryProgress story =
      StoryProgress.of(
          new StorySubmitted("story-1", 7, TestStories.story("s", 57, 9), Instant.EPOCH));

  private void apply(List<? extends StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
  }

  private void plan() {
    apply(StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  /** The first half of the chunks for A, the rest for B. */
  private int lease() {
    int count = story.shots().getFirst().chunks().size();
    List<Grant> grants =
        IntStream.range(0, count).mapToObj(i -> new Grant(i, i < count / 2 ? A : B)).toList();
    apply(StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
    return count;
  }

  private Shot shot(int index, Outlook outlook) {
    return StoryReasons.of(story, steps, outlook, "").shots().get(index);
  }

  private static List<Reason> reasons(List<Piece> pieces) {
    return pieces.stream().map(Piece::reason).distinct().toList();
  }

  @Test
  void of_unplannedStory_isAsDispatchSays() {
    var nobody = new Outlook(Set.of(), Reason.NO_WORKER, "none of the 0 workers", Set.of());

    Explanation explanation = StoryReasons.of(story, steps, nobody, "");

    assertThat(explanation.state()).isEqualTo(StoryState.PENDING);
    assertThat(explanation.shots())
        .allSatisfy(shot -> assertThat(shot.reason()).isEqualTo(Reason.NO_WORKER));
    assertThat(explanation.notes())
        .containsExactly(new Explanation.Note(Reason.NO_WORKER, 0, 0, "none of the 0 workers"));
  }

  @Test
  void of_waitingChunks_isWhatDispatchSaysOfEach() {
    plan();
    var outlook =
        new Outlook(Set.of(new Outlook.Piece(1, Kind.CHUNK, 0)), Reason.BUSY, "busy", Set.of());

    assertThat(reasons(shot(0, outlook).chunks())).containsExactly(Reason.BUSY);
    assertThat(reasons(shot(0, outlook).segments())).containsExactly(Reason.CHUNKS);
    assertThat(reasons(shot(1, outlook).chunks())).containsExactly(Reason.FLOWING);
    assertThat(shot(1, outlook).reason()).isEqualTo(Reason.FLOWING);
  }

  @Test
  void of_leasedChunks_runsOrWaitsForItsNeighbourOrForItsWorker() {
    plan();
    int count = lease();
    steps.note(new LeaseToken("story-1", 0, Kind.CHUNK, 0, 1), 3, true);
    steps.note(new LeaseToken("story-1", 0, Kind.CHUNK, 1, 7), 3, true); // Of another attempt.
    var outlook = new Outlook(Set.of(), Reason.BUSY, "busy", Set.of(B));

    List<Piece> chunks = shot(0, outlook).chunks();

    assertThat(chunks.get(0).reason()).isEqualTo(Reason.NEIGHBOURS);
    assertThat(chunks.get(0).workerId()).contains("a");
    assertThat(chunks.get(0).attempt()).isEqualTo(1);
    assertThat(chunks.get(1).reason()).isEqualTo(Reason.RUNNING);
    assertThat(chunks.get(count - 1).reason()).isEqualTo(Reason.WORKER_AWAY);
  }

  @Test
  void of_shotWithAllChunks_isJoinedThenDecodedThenCut() {
    plan();
    int count = lease();
    for (int i = 0; i < count; i++) {
      apply(List.of(new WorkDone(0, Kind.CHUNK, i, 1, Digest.ofText("chunk " + i))));
    }
    assertThat(reasons(shot(0, BUSY).chunks())).containsExactly(Reason.DONE);
    assertThat(reasons(shot(0, BUSY).segments())).containsExactly(Reason.JOINING);
    assertThat(shot(0, BUSY).reason()).isEqualTo(Reason.JOINING);

    apply(StoryRules.joined(story, 0, Digest.ofText("latents")));
    assertThat(shot(0, BUSY).reason()).isEqualTo(Reason.BUSY);

    int segments = story.shots().getFirst().segments().size();
    List<Grant> grants =
        Stream.iterate(0, i -> i + 1).limit(segments).map(i -> new Grant(i, A)).toList();
    apply(StoryRules.lease(story, 0, Kind.SEGMENT, grants).events());
    assertThat(shot(0, BUSY).reason()).isEqualTo(Reason.RUNNING);
    for (int i = 0; i < segments; i++) {
      apply(List.of(new WorkDone(0, Kind.SEGMENT, i, 1, Digest.ofText("frames " + i))));
    }
    assertThat(shot(0, BUSY).reason()).isEqualTo(Reason.FINISHING);
  }

  @Test
  void of_storyThatHasEnded_saysSoOfWhatIsUnfinished() {
    plan();
    lease();
    apply(StoryRules.cancel(story, Instant.EPOCH).events());

    assertThat(reasons(shot(0, BUSY).chunks())).containsExactly(Reason.ENDED);
    assertThat(shot(0, BUSY).chunks()).allMatch(piece -> piece.workerId().isEmpty());
  }

  /** Each piece is in exactly one note. */
  @Test
  void notes_count_everyPieceOnce() {
    plan();
    lease();

    Explanation explanation = StoryReasons.of(story, steps, BUSY, "");

    assertThat(explanation.notes().stream().mapToInt(Explanation.Note::chunks).sum())
        .isEqualTo(explanation.shots().stream().mapToInt(shot -> shot.chunks().size()).sum());
    assertThat(explanation.notes().stream().mapToInt(Explanation.Note::segments).sum())
        .isEqualTo(explanation.shots().stream().mapToInt(shot -> shot.segments().size()).sum());
  }
}
