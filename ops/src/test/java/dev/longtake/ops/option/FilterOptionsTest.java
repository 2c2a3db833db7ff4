package dev.longtake.ops.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Which stories a command's options ask for. */
class FilterOptionsTest {

  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-02-03T04:05:06+02:00");

  @Command
  private static final class Some {
    @Mixin private FilterOptions filter = new FilterOptions();
  }

  private static StoryFilter parse(String... arguments) {
    Some some = new Some();
    new CommandLine(some).parseArgs(arguments);
    return some.filter.filter(NOW);
  }

  @Test
  void filter_withoutOptions_isAll() {
    assertThat(parse()).isEqualTo(StoryFilter.ALL);
  }

  @Test
  void filter_ofStatesAndName_isThese() {
    assertThat(parse("--state", "failed,RUNNING", "--state", "Pending", "--name", "Rosie"))
        .isEqualTo(
            new StoryFilter(
                Set.of(StoryState.FAILED, StoryState.RUNNING, StoryState.PENDING),
                "Rosie",
                Optional.empty(),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "90m, 2026-02-03T00:35:06Z",
    "36h, 2026-02-01T14:05:06Z",
    "7d, 2026-01-27T02:05:06Z",
    "1 day, 2026-02-02T02:05:06Z",
    "2026-01-31, 2026-01-30T22:00:00Z",
    "2026-01-31T18:30, 2026-01-31T16:30:00Z",
    "2026-01-31T18:30:01Z, 2026-01-31T18:30:01Z",
  })
  void since_ofATime_isThatTime(String text, Instant time) {
    assertThat(parse("--since", text).since()).contains(time);
    assertThat(parse("--before", text).before()).contains(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "7", "2026-02-30", "999999999999h", "-3d"})
  void since_ofNoTime_isRefused(String text) {
    assertThatThrownBy(() -> parse("--since", text))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("--since: expected a time")
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void state_ofNoStory_isRefused() {
    assertThatThrownBy(() -> parse("--state", "done"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("pending, running, succeeded, failed or cancelled")
        .hasMessageContaining("done");
  }
}
