package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who writes a story's journal, and how far it is. */
class JournalMarkTest {

  private final StoryProgress submitted =
      StoryProgress.of(
          new StorySubmitted("story-1", 1, TestStories.story("rosie", 9), Instant.EPOCH));

  @Test
  void claim_ofTheNextEvent_namesTheWriterFromThenOn() {
    StoryProgress claimed = submitted.apply(new StoryClaimed("a", 2));
    StoryProgress again = claimed.apply(new StoryClaimed("b", 3));
    StoryProgress ended = again.apply(new StoryCancelled(Instant.EPOCH));

    assertThat(submitted.mark()).isEqualTo(new JournalMark(1, Optional.empty()));
    assertThat(claimed.mark()).isEqualTo(new JournalMark(2, Optional.of("a")));
    assertThat(ended.mark()).isEqualTo(new JournalMark(4, Optional.of("b")));
  }

  @Test
  void claim_ofAnotherEvent_isABrokenJournal() {
    assertThatThrownBy(() -> submitted.apply(new StoryClaimed("a", 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("event 2");
  }
}
