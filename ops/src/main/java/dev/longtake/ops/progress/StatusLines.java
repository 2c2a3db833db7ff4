package dev.longtake.ops.progress;

import dev.longtake.ops.console.Words;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** A story's status as lines on a screen: one per shot, and one for the whole. Pure. */
final class StatusLines {

  private static final int BAR_CELLS = 24;
  private static final int ID_WIDTH_MAX = 28;
  private static final int FRAME_LINES = 3;

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle FAINT = PLAIN.faint();
  private static final AttributedStyle BOLD = PLAIN.bold();
  private static final AttributedStyle DONE = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle BUSY = PLAIN.foreground(AttributedStyle.CYAN);

  private StatusLines() {}

  /**
   * The lines to show.
   *
   * @param rowCount lines of the screen; where the shots are more, those at work are shown
   * @param columnCount characters of a line; what is longer is cut off
   */
  static List<AttributedString> of(
      StoryStatus status, Pace pace, Duration elapsed, int rowCount, int columnCount) {
    List<AttributedString> lines = new ArrayList<>();
    lines.add(title(status));
    int idWidth =
        Math.min(
            ID_WIDTH_MAX,
            status.shots().stream().mapToInt(shot -> shot.shotId().length()).max().orElse(0));
    List<ShotStatus> shown = shown(status.shots(), Math.max(1, rowCount - FRAME_LINES - 1));
    shown.forEach(shot -> lines.add(shotLine(shot, idWidth)));
    if (shown.size() < status.shots().size()) {
      lines.add(hidden(status.shots(), shown));
    }
    lines.add(summary(status, pace, elapsed));
    return lines.stream().map(line -> line.columnSubSequence(0, columnCount - 1)).toList();
  }

  private static AttributedString title(StoryStatus status) {
    AttributedStringBuilder line = new AttributedStringBuilder().append(status.name(), BOLD);
    line.append("  " + Words.count(status.shots().size(), "shot"), FAINT);
    StoryStatus.Renderers renderers = status.renderers();
    if (renderers.workerCount() > 0) {
      line.append(
          ", " + Words.count(renderers.workerCount(), "worker") + " of " + renderers.engineClass(),
          FAINT);
    }
    return line.toAttributedString();
  }

  private static AttributedString shotLine(ShotStatus shot, int idWidth) {
    AttributedStringBuilder line = new AttributedStringBuilder().append("  ");
    boolean waits = shot.state() == ShotState.WAITING;
    line.append(fitted(shot.shotId(), idWidth), waits ? FAINT : PLAIN).append("  ");
    int full = (int) Math.round(BAR_CELLS * Pace.fraction(shot));
    AttributedStyle color = shot.state() == ShotState.DONE ? DONE : BUSY;
    line.append("━".repeat(full), color).append("━".repeat(BAR_CELLS - full), FAINT);
    line.append("  ").append(detail(shot), shot.state() == ShotState.DONE || waits ? FAINT : PLAIN);
    return line.toAttributedString();
  }

  private static String detail(ShotStatus shot) {
    return switch (shot.state()) {
      case WAITING -> "waiting";
      case DENOISING ->
          "denoising  step %s  chunk %s"
              .formatted(ofAll(shot.counts().steps()), ofAll(shot.counts().chunks()));
      case DECODING -> "decoding   segment %s".formatted(ofAll(shot.counts().segments()));
      case DONE ->
          shot.reused()
              ? "done       taken from an earlier rendering"
              : "done       " + Words.count(shot.frameCount(), "frame");
    };
  }

  /** {@code 7/48}: as wide as it will ever be, so that nothing jumps. */
  private static String ofAll(Count count) {
    String total = Integer.toString(count.total());
    return ("%" + total.length() + "d/%s").formatted(count.done(), total);
  }

  private static String fitted(String text, int width) {
    return text.length() > width
        ? text.substring(0, width - 1) + "…"
        : text + " ".repeat(width - text.length());
  }

  /** Those at work, then the next ones, then the last done, in the story's order. */
  private static List<ShotStatus> shown(List<ShotStatus> shots, int countMax) {
    if (shots.size() <= countMax) {
      return shots;
    }
    int first = 0;
    while (first < shots.size() - countMax && shots.get(first).state() == ShotState.DONE) {
      first++;
    }
    return shots.subList(first, first + countMax);
  }

  private static AttributedString hidden(List<ShotStatus> shots, List<ShotStatus> shown) {
    long done = shots.stream().filter(shot -> shot.state() == ShotState.DONE).count();
    return new AttributedString(
        "  … %s more; %d of %d done"
            .formatted(Words.count(shots.size() - shown.size(), "shot"), done, shots.size()),
        FAINT);
  }

  private static AttributedString summary(StoryStatus status, Pace pace, Duration elapsed) {
    AttributedStringBuilder line = new AttributedStringBuilder().append("  ");
    switch (status.state()) {
      case PENDING -> line.append("waiting for a worker", BUSY);
      case RUNNING ->
          line.append(status.film().assembling() ? "putting the film together" : "rendering", BUSY);
      case SUCCEEDED -> line.append("done", DONE);
      case FAILED -> line.append("failed", PLAIN.foreground(AttributedStyle.RED));
      case CANCELLED -> line.append("cancelled", PLAIN.foreground(AttributedStyle.YELLOW));
    }
    line.append("  " + Words.duration(elapsed));
    pace.framesPerSecond()
        .ifPresent(speed -> line.append("   " + Words.number(speed, 1) + " frames/s"));
    if (status.state() == StoryState.RUNNING && !status.film().assembling()) {
      pace.timeLeft(elapsed)
          .ifPresent(left -> line.append("   about " + Words.duration(left) + " left"));
    }
    status
        .renderers()
        .heldUp()
        .ifPresent(why -> line.append("   nothing new is begun: " + why, BUSY));
    return line.toAttributedString();
  }
}
