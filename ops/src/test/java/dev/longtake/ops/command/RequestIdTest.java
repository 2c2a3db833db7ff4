package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Story;
import dev.longtake.testing.TestStories;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What of a story counts is tested where its content digest is made. */
class RequestIdTest {

  @Test
  void of_equalStories_isEqual() {
    assertThat(RequestId.of(TestStories.story(), "model", 1))
        .isEqualTo(RequestId.of(TestStories.story(), "model", 1))
        .matches("[0-9a-f]{40}-1");
  }

  @Test
  void of_anotherStoryRendererOrAttempt_differs() {
    Story story = TestStories.story();
    Story unexchanged = story.withSettings(new RenderSettings(SamplingOverrides.NONE, true));

    assertThat(
            Stream.of(
                RequestId.of(story, "model", 1),
                RequestId.of(unexchanged, "model", 1),
                RequestId.of(story, "other", 1),
                RequestId.of(story, "", 1),
                RequestId.of(story, "model", 2)))
        .doesNotHaveDuplicates();
  }
}
