package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.share.Claimant;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.story.status.Owner;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetTest {

  private static final WorkerKey WORKER = new WorkerKey("w", "1");

  private static final int CHECKS_MAX = 2;

  private static final Claimant CLAIMANT = new Claimant(Owner.UNKNOWN.tenant(), Instant.EPOCH);

  private final Fleet fleet = new Fleet(CHECKS_MAX, ShareSettings.EQUAL);

  private static NodeNews here(long connection) {
    return new NodeNews.WorkerHere(
        Seat.ofAll(WORKER, TestStories.ENGINE_CLASS, TestStories.MODEL, false, connection));
  }

  private static NodeNews wants(String storyId, long version) {
    return new NodeNews.StoryWants(
        new StoryDemand(
            storyId,
            1,
            version,
            Optional.empty(),
            List.of(),
            List.of(),
            ChunkCounts.NONE,
            CLAIMANT));
  }

  private List<Long> versions() {
    return fleet.stories().stream().map(StoryDemand::version).toList();
  }

  @Test
  void hear_ofAStrangerOrWithAGap_takesNothing() {
    assertThat(fleet.hear("a", 1, here(1))).isFalse();
    fleet.begin("a", 4);
    assertThat(fleet.hear("a", 6, here(1))).isFalse();
    assertThat(fleet.hear("a", 4, here(1))).as("twice").isFalse();
    assertThat(fleet.seats()).isEmpty();

    assertThat(fleet.hear("a", 5, here(1))).isTrue();
    assertThat(fleet.has(WORKER)).isTrue();
  }

  /** Its actor has moved away from A, and nobody at B has a reason to start it. */
  @Test
  void unheard_storyWhoseActorHasStopped_isToBeWoken() {
    fleet.begin("a", 0);
    fleet.hear("a", 1, wants("s", 3));
    assertThat(fleet.unheard(List.of("s"))).isEmpty();

    fleet.hear("a", 2, new NodeNews.StoryLeft("s"));

    assertThat(fleet.unheard(List.of("s"))).containsExactly("s");
    assertThat(versions()).as("its workers go on").containsExactly(3L);
  }

  @Test
  void unheard_actorStoppedWhereTheStoryIsNoMore_changesNothing() {
    fleet.begin("a", 0);
    fleet.begin("b", 0);
    fleet.hear("a", 1, wants("s", 3));
    fleet.hear("b", 1, wants("s", 4));

    fleet.hear("a", 2, new NodeNews.StoryLeft("s"));

    assertThat(fleet.unheard(List.of("s"))).isEmpty();
  }

  /** A worker left A, which was frozen, for B; A wakes and tells what it believes. */
  @Test
  void worker_atTwoCoordinators_isWhereItConnectedLast() {
    fleet.begin("a", 0);
    fleet.begin("b", 0);
    fleet.hear("a", 1, here(1));
    fleet.hear("b", 1, here(2));

    fleet.hear("a", 2, here(1));
    fleet.hear("a", 3, new NodeNews.WorkerLost(WORKER, true));

    assertThat(fleet.nodeOf(WORKER)).contains("b");
    fleet.hear("b", 2, new NodeNews.WorkerLost(WORKER, true));
    assertThat(fleet.has(WORKER)).isFalse();
  }

  @Test
  void story_toldByTwoCoordinators_isAsTheNewerSays() {
    fleet.begin("a", 0);
    fleet.begin("b", 0);
    fleet.hear("b", 1, wants("s", 7));
    fleet.hear("a", 1, wants("s", 5));
    assertThat(versions()).containsExactly(7L);

    fleet.hear("b", 2, new NodeNews.StoryEnded("s", 9));
    fleet.hear("a", 2, wants("s", 8));
    assertThat(versions()).as("what has ended stays so").isEmpty();
    fleet.hear("a", 3, wants("s", 12));
    assertThat(versions()).as("it goes on after all").containsExactly(12L);
    fleet.lose("a");
    assertThat(fleet.unheard(List.of("s"))).as("and is missed again").containsExactly("s");
  }

  /** Its workers connect elsewhere, and its stories go on with what their workers hold. */
  @Test
  void lose_ofACoordinator_keepsItsStoriesUntilTheyAreToldAgain() {
    fleet.begin("a", 0);
    fleet.hear("a", 1, here(1));
    fleet.hear("a", 2, wants("s", 3));
    assertThat(fleet.unheard(List.of("s", "t"))).containsExactly("t");

    fleet.lose("a");

    assertThat(fleet.seats()).isEmpty();
    assertThat(versions()).containsExactly(3L);
    assertThat(fleet.unheard(List.of("s"))).containsExactly("s");
    fleet.begin("b", 0);
    fleet.hear("b", 1, wants("s", 3));
    assertThat(fleet.unheard(List.of("s"))).isEmpty();
  }

  @Test
  void begin_again_forgetsTheWorkersThatAreNotToldAgain() {
    fleet.begin("a", 0);
    fleet.hear("a", 1, here(1));

    fleet.begin("a", 5);

    assertThat(fleet.has(WORKER)).isFalse();
    assertThat(fleet.isUpTo("a", 5)).isTrue();
  }

  /** What was missed of A may be that a story has ended: its workers would be busy for ever. */
  @Test
  void begin_again_hasStoriesAskedThatAreNotToldAgain() {
    fleet.begin("a", 0);
    fleet.hear("a", 1, wants("ended", 3));
    fleet.hear("a", 2, wants("open", 3));

    fleet.begin("a", 5);
    fleet.hear("a", 6, wants("open", 3));

    assertThat(fleet.unheard(List.of("open"))).containsExactly("ended");
    fleet.hear("a", 7, new NodeNews.StoryEnded("ended", 4));
    assertThat(fleet.unheard(List.of("open"))).isEmpty();
  }

  private static NodeNews wantsChunk(long version) {
    return new NodeNews.StoryWants(
        new StoryDemand(
            "s",
            1,
            version,
            Optional.of(
                new StoryDemand.Pin(
                    TestStories.ENGINE_CLASS, TestStories.MODEL.identity().digest())),
            List.of(
                new StoryDemand.Shot(
                    0, true, List.of(new StoryDemand.Want(0, Optional.empty())), List.of())),
            List.of(),
            ChunkCounts.NONE,
            CLAIMANT));
  }

  private Assignment.Lease begin() {
    fleet.begin("a", 0);
    fleet.hear("a", 1, here(1));
    fleet.hear("a", 2, wantsChunk(3));
    return (Assignment.Lease) fleet.assign().getFirst();
  }

  @Test
  void answer_notLeased_leavesNothingToLeaseUntilItIsToldAgain() {
    Assignment.Lease lease = begin();

    fleet.answer(fleet.ask(lease), "s", false, 3);

    assertThat(fleet.assign()).isEmpty();
    assertThat(fleet.unheard(List.of("s"))).as("asked again until it tells").containsExactly("s");
    fleet.hear("a", 3, wantsChunk(3));
    assertThat(fleet.assign()).containsExactly(lease);
  }

  /** The answer overtakes the news: who acts on it takes the worker for idle. */
  @Test
  void answer_beforeTheNewsOfIt_leavesTheWorkerWithWhatItIsToGet() {
    long asked = fleet.ask(begin());

    fleet.answer(asked, "s", true, 4);
    assertThat(fleet.asked()).hasSize(1);
    assertThat(fleet.assign()).isEmpty();

    fleet.hear("a", 3, wantsChunk(4));
    assertThat(fleet.asked()).isEmpty();
  }

  @Test
  void hear_newsBeforeTheAnswer_waitsForTheAnswer() {
    long asked = fleet.ask(begin());

    fleet.hear("a", 3, wantsChunk(4));
    assertThat(fleet.asked()).hasSize(1);

    fleet.answer(asked, "s", true, 4);
    assertThat(fleet.asked()).isEmpty();
  }

  @Test
  void answer_storyHasEnded_frees() {
    long asked = fleet.ask(begin());
    fleet.hear("a", 3, new NodeNews.StoryEnded("s", 8));

    fleet.answer(asked, "s", true, 7);

    assertThat(fleet.asked()).isEmpty();
  }

  @Test
  void answer_toWhatWasGivenUp_changesNothing() {
    Assignment.Lease lease = begin();
    long earlier = fleet.ask(lease);
    for (int i = 0; i <= CHECKS_MAX; i++) {
      assertThat(fleet.asked()).hasSize(1);
      fleet.check();
    }
    assertThat(fleet.asked()).as("given up").isEmpty();
    assertThat(fleet.assign()).as("until it tells again").isEmpty();
    fleet.hear("a", 3, wantsChunk(4));
    fleet.ask(lease);

    fleet.answer(earlier, "s", true, 4);

    assertThat(fleet.asked()).hasSize(1);
  }
}
