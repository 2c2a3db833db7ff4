package dev.longtake.loadtest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.loadtest.history.Course.Look;
import dev.longtake.loadtest.history.Course.Quantity;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowthTest {

  private static final double MIB = 1 << 20;

  private static List<Look> looks(Quantity quantity, IntToDoubleFunction value) {
    return looks(quantity, value, 1);
  }

  /** Twelve looks at a coordinator with 100 stories more at each, so many seconds apart. */
  private static List<Look> looks(Quantity quantity, IntToDoubleFunction value, int seconds) {
    return IntStream.rangeClosed(1, 12)
        .mapToObj(
            i -> {
              Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
              values.put(Quantity.STORIES, 100.0 * i);
              values.put(Quantity.HEAP, 50 * MIB);
              values.put(quantity, value.applyAsDouble(i));
              return new Look(i * seconds, values);
            })
        .toList();
  }

  private static List<String> violations(List<Look> looks) {
    return Growth.of(looks).stream().flatMap(invariant -> invariant.violations().stream()).toList();
  }

  @Test
  void of_aCoordinatorThatStaysAsItIs_findsNothing() {
    assertThat(violations(looks(Quantity.THREADS, i -> 70 + i % 3))).isEmpty();
  }

  @Test
  void of_growthWhileWarmingUp_isFine() {
    assertThat(violations(looks(Quantity.HEAP, i -> Math.min(i, 4) * 20 * MIB))).isEmpty();
  }

  @Test
  void of_aHeapThatGrowsWithEachStory_isTold() {
    assertThat(violations(looks(Quantity.HEAP, i -> (50 + 5 * i) * MIB)))
        .singleElement()
        .asString()
        .startsWith("heapBytes: expected at most");
  }

  @Test
  void of_oneLookAtABadMoment_decidesNothing() {
    assertThat(violations(looks(Quantity.HEAP, i -> (i == 10 ? 500 : 50) * MIB))).isEmpty();
  }

  @Test
  void of_checkpointsThatStay_areTold() {
    assertThat(violations(looks(Quantity.CHECKPOINTS, i -> i)))
        .singleElement()
        .asString()
        .startsWith("checkpointFiles");
  }

  @Test
  void of_artifactsThatStayForEver_areTold() {
    assertThat(violations(looks(Quantity.ARTIFACTS, i -> 1000 * i)))
        .singleElement()
        .asString()
        .startsWith("artifactFiles: expected at most");
  }

  @Test
  void of_aJournalThatGrows_isToldWhereItWasLookedAtForLong() {
    assertThat(violations(looks(Quantity.JOURNAL, i -> i * 10 * MIB, 4))).isEmpty();
    assertThat(violations(looks(Quantity.JOURNAL, i -> i * 10 * MIB, 30)))
        .singleElement()
        .asString()
        .startsWith("journalBytes: expected at most");
  }

  @Test
  void of_tooFewLooks_isNotKnownToHold() {
    assertThat(violations(looks(Quantity.HEAP, i -> 50 * MIB).subList(0, 3)))
        .containsExactly("expected 6 looks or more, found 3");
  }
}
