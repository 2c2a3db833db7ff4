package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.StoryPlan;
import dev.longtake.testing.TestStories;
import org.junit.jupiter.api.Test;

class FarmWorkTest {

  /**
   * 15 latent frames in four chunks with three overlaps of two: 21 + 2 x 15 frames of 128 bytes.
   */
  @Test
  void requireRoom_ofAShotThatIsTooLong_namesIt() {
    StoryPlan plan =
        StoryPlan.of(TestStories.story("rosie", 57), TestStories.MODEL, TestStories.ENGINE_CLASS);
    long needed = (21 + 30) * 128L;

    assertThatCode(() -> FarmWork.requireRoom(plan, plan.shots().getFirst(), needed))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> FarmWork.requireRoom(plan, plan.shots().getFirst(), needed - 1))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
              assertThat(e.getMessage()).startsWith("shot shot-0");
            });
  }
}
