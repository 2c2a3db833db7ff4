package dev.longtake.coordinator.dispatch.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engine classes of which no worker is left. */
class VacanciesTest {

  private static final int CHECKS = 3;
  private static final String GONE = "gone-1";
  private static final Seat OTHER = seat("a", TestStories.ENGINE_CLASS, false);

  private final Vacancies vacancies = new Vacancies(CHECKS);
  private final StoryProgress pinned =
      StoryProgress.of(new StorySubmitted("s", 1, TestStories.story("s", 9), Instant.EPOCH))
          .apply(new StoryPlanned(TestStories.MODEL, GONE, List.of()));

  private static Seat seat(String id, String engineClass, boolean draining) {
    return Seat.ofAll(new WorkerKey(id, "1"), engineClass, TestStories.MODEL, draining, 1);
  }

  private List<Vacancies.Unpin> check(StoryProgress story, Seat... seats) {
    return vacancies.check(
        List.of(seats), List.of(StoryDemand.of(story, story.eventCount(), CheckpointPolicy.OFF)));
  }

  private void checkInVain(int count, StoryProgress story, Seat... seats) {
    for (int i = 0; i < count; i++) {
      assertThat(check(story, seats)).isEmpty();
    }
  }

  @Test
  void check_ofAClassThatIsAwayForLong_unpinsItsStories() {
    checkInVain(CHECKS - 1, pinned, OTHER);

    assertThat(check(pinned, OTHER)).containsExactly(new Vacancies.Unpin("s", GONE));
  }

  @Test
  void check_ofAClassThatComesBack_beginsAnew() {
    checkInVain(CHECKS - 1, pinned, OTHER);
    checkInVain(CHECKS, pinned, OTHER, seat("b", GONE, false));

    checkInVain(CHECKS - 1, pinned, OTHER);
  }

  @Test
  void check_whereNobodyElseIsThere_waits() {
    checkInVain(2 * CHECKS, pinned);
    checkInVain(2 * CHECKS, pinned, seat("a", TestStories.ENGINE_CLASS, true));

    assertThat(check(pinned, OTHER)).hasSize(1);
  }

  @Test
  void check_ofAStoryThatHasBegun_leavesItAlone() {
    StoryProgress begun =
        pinned.apply(
            new WorkLeased(0, Kind.CHUNK, List.of(new Grant(0, new WorkerKey("lost", "1")))));

    checkInVain(2 * CHECKS, begun, OTHER);
  }
}
