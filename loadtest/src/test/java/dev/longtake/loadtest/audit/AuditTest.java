package dev.longtake.loadtest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.loadtest.client.StoryBook;
import dev.longtake.loadtest.farm.CoordinatorMetrics;
import dev.longtake.loadtest.history.LeaseHistory;
import dev.longtake.loadtest.history.LeaseHistory.Stage;
import dev.longtake.loadtest.scenario.SimulatedModel;
import dev.longtake.loadtest.scenario.StoryShape;
import dev.longtake.loadtest.scenario.StorySource;
import dev.longtake.loadtest.worker.Incidents;
import dev.longtake.story.Story;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A farm that kept every promise, and farms that broke one each. */
class AuditTest {

  private static final String ID = "story-1";
  private static final Story STORY = new StorySource(5).next("s", StoryShape.ofChunks(1, 2));
  private static final Digest LATENTS =
      SimulatedModel.joined(StorySource.plan(STORY).shots().getFirst());

  private final LeaseHistory history = new LeaseHistory();
  private StoryStatus told = status(StoryState.SUCCEEDED, LATENTS);
  private StoryStatus last = told;
  private double counted = 2;
  private List<String> leftovers = List.of();

  private static StoryStatus status(StoryState state, Digest latents) {
    var counts = new ShotCounts(new Count(2, 2), new Count(4, 4), 4, new Count(1, 1));
    return new StoryStatus(
        ID,
        "s",
        state,
        Instant.EPOCH,
        state.isEnded()
            ? Optional.of(new StoryStatus.Ending(Instant.EPOCH, Optional.empty()))
            : Optional.empty(),
        new StoryStatus.Renderers(SimulatedModel.ENGINE_CLASS, 0),
        List.of(new ShotStatus("shot-0", 17, ShotState.DONE, counts, Optional.of(latents), false)),
        new StoryStatus.Film(17, false, List.of()));
  }

  private void render(Kind kind, int index, int attempt, String holder) {
    var lease = new LeaseToken(ID, 0, kind, index, attempt);
    history.received(lease, holder);
    history.reached(lease, holder, Stage.TAKEN);
  }

  private void renderAll() {
    render(Kind.CHUNK, 0, 1, "a");
    render(Kind.CHUNK, 1, 1, "b");
    render(Kind.SEGMENT, 0, 1, "a");
  }

  private List<String> broken() {
    var book = new StoryBook();
    book.accepted(new StoryBook.Entry("request-1", ID, STORY, told));
    var metrics =
        new CoordinatorMetrics(
            Map.of(
                "longtake_chunks_completed_total", counted, "longtake_chunk_attempts_total", 9.0));
    return Audit.of(
            new Evidence(
                book, Map.of(ID, last), history, new Incidents(2), metrics, leftovers, 1, ""))
        .stream()
        .filter(invariant -> !invariant.isKept())
        .map(Invariant::holds)
        .toList();
  }

  @Test
  void of_aFarmThatKeptItsPromises_findsNothing() {
    renderAll();

    assertThat(broken()).isEmpty();
  }

  @Test
  void of_aStoryThatHasNotEnded_saysSo() {
    renderAll();
    last = status(StoryState.RUNNING, LATENTS);

    assertThat(broken()).containsExactly("every accepted story ends, and its client is told");
  }

  @Test
  void of_aClientThatWasNotTold_saysSo() {
    renderAll();
    told = status(StoryState.RUNNING, LATENTS);

    assertThat(broken()).containsExactly("every accepted story ends, and its client is told");
  }

  @Test
  void of_aChunkThatTwoAttemptsCommitted_saysSo() {
    renderAll();
    render(Kind.CHUNK, 1, 2, "c");

    assertThat(broken())
        .containsExactly("each chunk and segment of a film was committed by one attempt, the last");
  }

  @Test
  void of_aChunkThatNobodyRendered_saysSo() {
    render(Kind.CHUNK, 0, 1, "a");
    render(Kind.SEGMENT, 0, 1, "a");

    assertThat(broken())
        .containsExactly("each chunk and segment of a film was committed by one attempt, the last");
  }

  @Test
  void of_aLeaseThatTwoWorkersGot_saysSo() {
    renderAll();
    render(Kind.CHUNK, 1, 1, "c");

    assertThat(broken()).containsExactly("no lease is given to two workers");
  }

  @Test
  void of_otherLatents_saysSo() {
    renderAll();
    told = status(StoryState.SUCCEEDED, Digest.ofText("others"));
    last = told;

    assertThat(broken())
        .containsExactly("a shot's latents are those of its chunks, whoever rendered them");
  }

  @Test
  void of_aChunkCountedTwice_saysSo() {
    renderAll();
    counted = 3;

    assertThat(broken()).containsExactly("the coordinator counts each chunk once");
  }

  @Test
  void of_aFileThatStayed_saysSo() {
    renderAll();
    leftovers = List.of("file x");

    assertThat(broken()).containsExactly("nothing is left behind");
  }
}
