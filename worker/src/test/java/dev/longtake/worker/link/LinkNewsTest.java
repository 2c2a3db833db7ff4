package dev.longtake.worker.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.backoff.Backoff;
import dev.longtake.backoff.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator reads of a link; the time is an argument. */
class LinkNewsTest {

  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), PAUSE_MAX);

  private final LinkNews news = new LinkNews("10.0.0.5:7470", PAUSE_MAX);
  private final List<String> lines = new ArrayList<>();
  private long now;

  private void lost(String reason) {
    news.lost(reason, now).ifPresent(lines::add);
  }

  private void made() {
    news.made(now).ifPresent(lines::add);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private int dial(Duration time, String reason) {
    Chance chance = new Chance(7);
    long end = now + time.toNanos();
    int attempts = 0;
    for (; now < end; attempts++) {
      lost(reason);
      pass(BACKOFF.pause(attempts, chance.getAsDouble()));
    }
    return attempts;
  }

  @Test
  void lost_fromTheStart_isSaidOnceWithAddressAndReason() {
    dial(Duration.ofMinutes(1), "no connection: Connection refused");

    assertThat(lines)
        .containsExactly(
            "cannot reach coordinator 10.0.0.5:7470: no connection: Connection refused; trying"
                + " again, with pauses that grow to 30 s");
  }

  @Test
  void lost_forADay_isSaidEverMoreRarely() {
    int attempts = dial(Duration.ofDays(1), "no connection: Connection refused");

    assertThat(attempts).isBetween(2880, 6000);
    assertThat(lines).hasSizeLessThan(35);
    assertThat(lines.getLast()).contains("after 23 h", "attempts: no connection");
  }

  @Test
  void lost_forANewReason_isSaidAtOnce() {
    lost("no connection: Connection refused");
    pass(Duration.ofSeconds(5));
    lost("no connection: nohost: Name or service not known");
    pass(Duration.ofSeconds(5));
    lost("no connection: Connection refused");

    assertThat(lines).hasSize(2);
    assertThat(lines.getLast())
        .isEqualTo(
            "still no coordinator 10.0.0.5:7470 after 5 s and 2 attempts: no connection: nohost:"
                + " Name or service not known");
  }

  /** A reason that is never the same twice, such as one with a count, is a reason once more. */
  @Test
  void lost_forEverNewReasons_isNotSaidForEver() {
    for (int i = 0; i < 1000; i++) {
      lost("the farm is full: " + i);
      pass(Duration.ofSeconds(1));
    }

    assertThat(lines).hasSizeLessThan(15);
  }

  @Test
  void made_afterALoss_saysForHowLong() {
    made();
    pass(Duration.ofHours(2));
    lost("no connection: Connection reset by peer");
    pass(Duration.ofSeconds(65));
    made();
    made();

    assertThat(lines)
        .containsExactly(
            "connected to coordinator 10.0.0.5:7470",
            "lost coordinator 10.0.0.5:7470: no connection: Connection reset by peer; trying again,"
                + " with pauses that grow to 30 s",
            "connected to coordinator 10.0.0.5:7470 after 1 min 05 s");
  }

  @Test
  void lost_soonAfterTheFirstConnection_isALoss() {
    now = 12345;
    made();
    pass(Duration.ofSeconds(3));
    lost("it ended the stream");

    assertThat(lines.getLast()).startsWith("lost coordinator 10.0.0.5:7470: it ended the stream;");
  }

  /** Something between the two ends every stream two seconds after it was made. */
  @Test
  void made_andLostAgainAtOnce_isNotSaidForEver() {
    for (int i = 0; i < 20_000; i++) {
      made();
      pass(Duration.ofSeconds(2));
      lost("RST_STREAM closed stream");
      pass(Duration.ofSeconds(2));
    }

    assertThat(lines).hasSizeLessThan(70); // 22 hours, two lines each time.
  }
}
