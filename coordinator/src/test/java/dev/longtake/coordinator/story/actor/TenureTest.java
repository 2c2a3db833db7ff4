package dev.longtake.coordinator.story.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.error.ErrorCode;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which coordinator's actor writes a story's journal. */
class TenureTest {

  private final StoryProgress submitted =
      StoryProgress.of(
          new StorySubmitted("story-1", 1, TestStories.story("rosie", 9), Instant.EPOCH));
  private final StoryProgress claimedByB = submitted.apply(new StoryClaimed("b", 2));

  @Test
  void claim_ofOneCoordinatorAlone_isNothing() {
    var alone = new Tenure(Optional.empty());

    assertThat(alone.claim(submitted)).isEmpty();
    alone.recover(Optional.of(claimedByB));
    assertThat(alone.isLost()).isFalse();
  }

  @Test
  void claim_ofAStoryOfAnother_isTheNextEventOnce() {
    var own = new Tenure(Optional.of("a"));

    assertThat(own.claim(claimedByB)).containsExactly(new StoryClaimed("a", 3));
    assertThat(own.claim(claimedByB.apply(new StoryClaimed("a", 3)))).isEmpty();
  }

  @Test
  void claim_ofAFailedStoryThatGoesOn_precedesIt() {
    StoryProgress failed =
        claimedByB.apply(new StoryFailed(ErrorCode.INTERNAL, "broken", Instant.EPOCH));

    assertThat(new Tenure(Optional.of("a")).claim(failed))
        .containsExactly(new StoryClaimed("a", 4));
  }

  @Test
  void recover_afterAnotherHasClaimed_isALoss() {
    var own = new Tenure(Optional.of("a"));
    own.begin();

    own.recover(Optional.of(claimedByB));

    assertThat(own.isLost()).isTrue();
  }

  @Test
  void recover_ofAStoryThatWasNeverOurs_isNoLoss() {
    var own = new Tenure(Optional.of("a"));

    own.recover(Optional.of(claimedByB));

    assertThat(own.isLost()).isFalse();
  }
}
