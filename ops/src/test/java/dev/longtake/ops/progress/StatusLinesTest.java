package dev.longtake.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.story.status.Count;
import dev.longtake.story.status.ShotCounts;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

class StatusLinesTest {
  private static final Duration NOW = Duration.ofSeconds(20);

  @Test
  void of_shotsInAllStates_alignsThem() {
    StoryStatus status =
        status(
            shot("rhino-grazes", ShotState.DONE, 48, 2),
            shot("lion", ShotState.DENOISING, 7, 0),
            shot("monkey-in-snow", ShotState.WAITING, 0, 0));

    List<String> lines = text(StatusLines.of(status, new Pace(), NOW, 24, 80));

    assertThat(lines.getFirst()).isEqualTo("New York Zoo  3 shots, 2 workers of cpu-avx2-f32-1");
    assertThat(lines.get(1))
        .isEqualTo("  rhino-grazes    " + "━".repeat(24) + "  done       49 frames");
    assertThat(lines.get(2))
        .startsWith("  lion            ━")
        .endsWith("  denoising  step  7/48  chunk 0/3");
    assertThat(lines.get(3)).endsWith("  waiting");
    assertThat(lines.getLast()).isEqualTo("  rendering  20 s");
  }

  @Test
  void of_narrowScreen_cutsLinesOff() {
    StoryStatus status = status(shot("a".repeat(60), ShotState.DENOISING, 7, 0));

    assertThat(StatusLines.of(status, new Pace(), NOW, 24, 40))
        .allSatisfy(line -> assertThat(line.columnLength()).isLessThan(40));
  }

  @Test
  void of_moreShotsThanRows_showsThoseAtWork() {
    StoryStatus status =
        status(
            IntStream.range(0, 100)
                .mapToObj(
                    i ->
                        shot(
                            "shot-" + i,
                            i < 40
                                ? ShotState.DONE
                                : i < 42 ? ShotState.DENOISING : ShotState.WAITING,
                            0,
                            0))
                .toArray(ShotStatus[]::new));

    List<String> lines = text(StatusLines.of(status, new Pace(), NOW, 20, 100));

    assertThat(lines).hasSizeLessThan(20);
    assertThat(lines.get(1)).contains("shot-40");
    assertThat(lines.get(lines.size() - 2)).contains("84 shots more; 40 of 100 done");
  }

  @Test
  void timeLeft_afterSomeWork_followsTheSpeedSinceTheFirstStep() {
    Pace pace = new Pace();
    pace.add(status(shot("lion", ShotState.DENOISING, 0, 0)), Duration.ofSeconds(4));
    pace.add(status(shot("lion", ShotState.DENOISING, 1, 0)), Duration.ofSeconds(6));
    pace.add(status(shot("lion", ShotState.DENOISING, 25, 0)), Duration.ofSeconds(18));

    // 24 of 48 steps, which are 85 % of the work on 49 frames, took 12 s.
    assertThat(pace.framesPerSecond().orElseThrow()).isEqualTo(49 * 0.85 / 2 / 12, offset(1e-9));
    assertThat(pace.timeLeft(Duration.ofSeconds(18)).orElseThrow().toMillis())
        .isEqualTo(Math.round(12_000 * (1 - 0.85 * 25 / 48) / (0.85 / 2)));
    assertThat(pace.timeLeft(Duration.ofSeconds(20)).orElseThrow())
        .isEqualTo(pace.timeLeft(Duration.ofSeconds(18)).orElseThrow().minusSeconds(2));
  }

  @Test
  void framesPerSecond_reusedShots_doNotCount() {
    Pace pace = new Pace();
    ShotStatus reused =
        new ShotStatus("old", 49, ShotState.DONE, counts(48, 2), Optional.empty(), true);
    pace.add(status(reused), Duration.ofSeconds(1));
    pace.add(status(reused), Duration.ofSeconds(10));

    assertThat(pace.framesPerSecond()).isEmpty();
  }

  private static org.assertj.core.data.Offset<Double> offset(double value) {
    return org.assertj.core.data.Offset.offset(value);
  }

  static ShotStatus shot(String id, ShotState state, int stepsDone, int segmentsDone) {
    return new ShotStatus(id, 49, state, counts(stepsDone, segmentsDone), Optional.empty(), false);
  }

  private static ShotCounts counts(int stepsDone, int segmentsDone) {
    return new ShotCounts(
        new Count(stepsDone / 16, 3), new Count(stepsDone, 48), 0, new Count(segmentsDone, 2));
  }

  static StoryStatus status(ShotStatus... shots) {
    return new StoryStatus(
        "s1",
        "New York Zoo",
        StoryState.RUNNING,
        Instant.EPOCH,
        Optional.empty(),
        new StoryStatus.Renderers("cpu-avx2-f32-1", 2),
        List.of(shots),
        new StoryStatus.Film(49 * shots.length, false, List.of()));
  }

  private static List<String> text(List<AttributedString> lines) {
    return lines.stream().map(AttributedString::toString).toList();
  }
}
