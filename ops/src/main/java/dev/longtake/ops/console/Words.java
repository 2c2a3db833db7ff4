package dev.longtake.ops.console;

import dev.longtake.plan.Sampling;
import dev.longtake.plan.StoryPlan;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Words {

  private Words() {}

  /** {@code 8 s}, {@code 1 min 05 s}, {@code 2 h 03 min}. */
  public static String duration(Duration duration) {
    return DurationText.said(Duration.ofSeconds(Math.round(duration.toMillis() / 1000.0)));
  }

  /** {@code 12.3 s}. */
  public static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** {@code 812 B}, {@code 1.5 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "B";
    for (String next : new String[] {"KiB", "MiB", "GiB", "TiB"}) {
      if (value < 1024) {
        break;
      }
      value /= 1024;
      unit = next;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
  }

  /** {@code 256x160}, {@code 1920x1080 (rendered at 1920x1088 and cropped)}. */
  public static String size(StoryPlan plan) {
    return plan.renderedSize().equals(plan.story().size())
        ? plan.story().size().toString()
        : "%s (rendered at %s and cropped)".formatted(plan.story().size(), plan.renderedSize());
  }

  /** {@code euler, 12 steps, shift 3.0, guidance 3.0}. */
  public static String sampling(Sampling sampling) {
    String words =
        "%s, %s, shift %s, guidance %s"
            .formatted(
                sampling.solver().word(),
                count(sampling.stepCount(), "step"),
                sampling.shift(),
                sampling.guidanceScale());
    return sampling.isRenewed()
        ? "%s, fresh noise down to %s".formatted(words, sampling.freshNoise())
        : words;
  }

  /** {@code 1 shot}, {@code 7 shots}. */
  public static String count(long count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  /** {@code decimals} digits after the point, whatever the machine's language. */
  public static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
