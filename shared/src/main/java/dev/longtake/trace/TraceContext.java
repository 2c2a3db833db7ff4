package dev.longtake.trace;

import static dev.longtake.error.Require.require;

import dev.longtake.digest.Digest;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One part of one trace, by number: what another process needs to hang its own parts below it.
 *
 * <p>All numbers follow from what a part is, and none is drawn: every coordinator comes to the same
 * ones, and so does the next one after a restart, without anything being kept or told. The hash is
 * the one that artifacts are named by; two stories have the same number with a chance of one in
 * 2^64 for each.
 *
 * @param traceId 32 hexadecimal digits in lower case
 * @param spanId 16 of them
 */
public record TraceContext(String traceId, String spanId) {

  private static final int TRACE_DIGITS = 32;
  private static final int SPAN_DIGITS = 16;
  private static final int PERCENT = 100;

  private static final Pattern TRACE = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN = Pattern.compile("(?!0{16})[0-9a-f]{16}");

  /** W3C Trace Context, Level 1, section 3.2: version, trace, parent, flags. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-0[13]");

  public TraceContext {
    require(
        TRACE.matcher(traceId).matches(),
        "trace: expected 32 hexadecimal digits, not all 0, found \"%s\"",
        traceId);
    require(
        SPAN.matcher(spanId).matches(),
        "span: expected 16 hexadecimal digits, not all 0, found \"%s\"",
        spanId);
  }

  /**
   * A story's trace, and the part of it that is the story.
   *
   * @param submittedAt tells it from the story of the same number of another farm
   */
  public static TraceContext ofStory(String storyId, Instant submittedAt) {
    String hex = Digest.ofText("story %s %s".formatted(storyId, submittedAt)).hex();
    String traceId = hex.substring(0, TRACE_DIGITS);
    return new TraceContext(traceId, hex.substring(TRACE_DIGITS, TRACE_DIGITS + SPAN_DIGITS));
  }

  /**
   * What {@link #traceparent} has written.
   *
   * @return empty for what is nothing of the kind, or is not to be kept
   */
  public static Optional<TraceContext> parse(String traceparent) {
    Matcher found = TRACEPARENT.matcher(traceparent);
    return found.matches()
            && TRACE.matcher(found.group(1)).matches()
            && SPAN.matcher(found.group(2)).matches()
        ? Optional.of(new TraceContext(found.group(1), found.group(2)))
        : Optional.empty();
  }

  /** As W3C Trace Context writes it; of a trace that is kept. */
  public String traceparent() {
    return "00-%s-%s-01".formatted(traceId, spanId);
  }

  /**
   * A part of this part.
   *
   * @param what tells it from the other parts of this one
   */
  public TraceContext part(String what) {
    String hex = Digest.ofText("%s %s %s".formatted(traceId, spanId, what)).hex();
    return new TraceContext(traceId, hex.substring(0, SPAN_DIGITS));
  }

  /** Whether its trace is one of those that are kept where so many of a hundred are. */
  public boolean isAmong(int percent) {
    long low = Long.parseUnsignedLong(traceId.substring(SPAN_DIGITS), 16);
    return Long.remainderUnsigned(low, PERCENT) < percent;
  }
}
