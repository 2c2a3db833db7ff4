package dev.longtake.ops.option;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.TenantScope;
import dev.longtake.words.DurationText;
import dev.longtake.words.Word;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of commands that show some of a farm's stories. */
public final class FilterOptions {

  private static final Pattern DAYS = Pattern.compile("([0-9]{1,5}) ?d(?:ays?)?");
  private static final Duration AGO_MAX = Duration.ofDays(100_000);

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      converter = StateConverter.class,
      description =
          "Only stories in this state: pending, running, succeeded, failed or cancelled; "
              + "several with commas between them.")
  private List<StoryState> states = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "START",
      description = "Only stories whose names start so, in large or small letters.")
  private String name = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only stories submitted since then: how long ago, as 90m, 36h or 7d, or a day or a time, "
              + "as 2026-01-31 or 2026-01-31T18:30.")
  private @Nullable String since;

  @Option(
      names = "--before",
      paramLabel = "TIME",
      description = "Only stories submitted earlier, as --since.")
  private @Nullable String before;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Only stories of this team; without, all that your token is good for.")
  private String tenant = "*";

  /**
   * What the options say.
   *
   * @param now times that say how long ago are before this
   */
  public StoryFilter filter(ZonedDateTime now) {
    Set<StoryState> all = EnumSet.noneOf(StoryState.class);
    all.addAll(states);
    return new StoryFilter(
        all, name, time("--since", since, now), time("--before", before, now), scope());
  }

  private TenantScope scope() {
    try {
      return new TenantScope(tenant);
    } catch (IllegalArgumentException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID, "--tenant: " + e.getMessage(), e);
    }
  }

  private static Optional<Instant> time(String option, @Nullable String text, ZonedDateTime now) {
    if (text == null) {
      return Optional.empty();
    }
    Optional<Instant> time = ago(text, now).or(() -> at(text, now.getZone()));
    if (time.isEmpty()) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "%s: expected a time as 36h, 7d, 2026-01-31 or 2026-01-31T18:30, found \"%s\""
              .formatted(option, text));
    }
    return time;
  }

  private static Optional<Instant> ago(String text, ZonedDateTime now) {
    Matcher days = DAYS.matcher(text);
    return days.matches()
        ? Optional.of(now.minusDays(Long.parseLong(days.group(1))).toInstant())
        : DurationText.parse(text)
            .filter(it -> it.compareTo(AGO_MAX) < 0)
            .map(now.toInstant()::minus);
  }

  /** A day starts where whoever asks is. */
  private static Optional<Instant> at(String text, ZoneId zone) {
    List<Function<String, Instant>> forms =
        List.of(
            it -> LocalDate.parse(it).atStartOfDay(zone).toInstant(),
            it -> LocalDateTime.parse(it).atZone(zone).toInstant(),
            it -> ZonedDateTime.parse(it).toInstant());
    return forms.stream().flatMap(form -> tried(form, text).stream()).findFirst();
  }

  private static Optional<Instant> tried(Function<String, Instant> form, String text) {
    try {
      return Optional.of(form.apply(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** States as people write them, in large or small letters. */
  static final class StateConverter implements ITypeConverter<StoryState> {
    @Override
    public StoryState convert(String text) {
      return Stream.of(StoryState.values())
          .filter(state -> state.name().equalsIgnoreCase(text.strip()))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected %s, found \"%s\"".formatted(Word.listing(words()), text)));
    }

    private static List<String> words() {
      return Stream.of(StoryState.values())
          .map(state -> state.name().toLowerCase(Locale.ROOT))
          .toList();
    }
  }
}
