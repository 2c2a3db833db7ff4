package dev.longtake.loadtest.faults.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.loadtest.faults.history.Happening.Answered;
import dev.longtake.loadtest.faults.history.Happening.Begun;
import dev.longtake.loadtest.faults.history.Happening.Broke;
import dev.longtake.loadtest.faults.history.Happening.Counted;
import dev.longtake.loadtest.faults.history.Happening.Ended;
import dev.longtake.loadtest.faults.history.Happening.Filmed;
import dev.longtake.loadtest.faults.history.Happening.Finished;
import dev.longtake.loadtest.faults.history.Happening.Leased;
import dev.longtake.loadtest.faults.history.Happening.LeftBehind;
import dev.longtake.loadtest.faults.history.Happening.Mended;
import dev.longtake.loadtest.faults.history.Happening.Other;
import dev.longtake.loadtest.faults.history.Happening.Released;
import dev.longtake.loadtest.faults.history.Happening.Skipped;
import dev.longtake.loadtest.faults.history.Happening.Stood;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A history that kept every promise, and the same broken in one place each. */
class JudgementTest {

  private static final String ID = "story-1";

  /** One chunk is leased, lost with its worker, leased again and done. */
  private final List<Happening> history =
      new ArrayList<>(
          List.of(
              new Counted(1, "coordinator-1", 10, 0, 1000),
              new Begun(1, ID, 1, 4),
              new Stood(2, ID, "RUNNING", List.of(0), 0, ""),
              new Stood(4, ID, "RUNNING", List.of(3), 0, ""),
              new Broke(5, "worker-killed", "one", 2, false),
              new Stood(6, ID, "RUNNING", List.of(2), 0, ""),
              new Mended(7, "worker-killed"),
              new Skipped(7, "storage-full", "no root"),
              new Stood(9, ID, "SUCCEEDED", List.of(4), 1, ""),
              new Filmed(10, "abc", "abc", 9, 9, List.of()),
              new Answered(11, Map.of("coordinator-1", ID, "coordinator-2", ID)),
              new LeftBehind(12, List.of()),
              new Counted(13, "coordinator-1", 11, 200, 1000),
              new Other(1, 1, "SUBMITTED"),
              new Leased(2, 2, 0, "CHUNK", List.of("0 worker-1")),
              new Released(6, 3, 0, "CHUNK", List.of(0)),
              new Leased(7, 4, 0, "CHUNK", List.of("0 worker-2")),
              new Finished(8, 5, 0, "CHUNK", 0, 2, ""),
              new Ended(9, 6, "SUCCEEDED")));

  private void replace(Happening with, Class<?> type) {
    history.replaceAll(it -> type.isInstance(it) ? with : it);
  }

  private void put(int number, Happening.Row row) {
    history.replaceAll(it -> it instanceof Happening.Row old && old.number() == number ? row : it);
  }

  private List<String> violations(Promise promise) {
    Judgement judgement = Judgement.of(history);
    assertThat(judgement.violations()).containsOnlyKeys(promise);
    return judgement.violations().get(promise);
  }

  @Test
  void history_ofAFarmThatKeptItsPromises_hasNoViolation() {
    assertThat(Judgement.of(history).violations()).isEmpty();
    assertThat(Judgement.of(history).isKept()).isTrue();
  }

  @Test
  void story_thatGoesOn_hasNoEnd() {
    history.removeIf(
        it ->
            it instanceof Filmed
                || it instanceof Ended
                || (it instanceof Stood stood && stood.isEnded()));

    assertThat(violations(Promise.ENDS)).singleElement().asString().contains("RUNNING");
  }

  @Test
  void lease_ofWhatIsHeld_isASecondAttempt() {
    put(3, new Other(6, 3, "CLAIMED"));

    assertThat(violations(Promise.ONE_ATTEMPT)).singleElement().asString().contains("row 4");
  }

  @Test
  void film_withoutAChunk_isFoundOut() {
    put(5, new Other(8, 5, "CLAIMED"));
    replace(new Stood(9, ID, "SUCCEEDED", List.of(4), 0, ""), Stood.class);
    replace(new Counted(13, "coordinator-1", 10, 200, 1000), Counted.class);

    assertThat(violations(Promise.ONE_ATTEMPT)).singleElement().asString().contains("CHUNK 0/0");
  }

  @Test
  void report_ofASupersededAttempt_isNotToBeBelieved() {
    put(5, new Finished(8, 5, 0, "CHUNK", 0, 1, ""));

    assertThat(violations(Promise.FENCED))
        .containsExactly("row 5 believes attempt 1, attempt 2 holds it");
  }

  @Test
  void failure_ofASupersededAttempt_isNotToBeBelievedEither() {
    put(3, new Finished(6, 3, 0, "CHUNK", 0, 2, "ENGINE_FAILED"));

    assertThat(Judgement.of(history).violations()).containsKey(Promise.FENCED);
  }

  @Test
  void film_withOtherBytesOrFrames_isFoundOut() {
    replace(new Filmed(10, "other", "abc", 9, 9, List.of()), Filmed.class);
    assertThat(violations(Promise.SAME_FILM)).containsExactly("expected abc, found other");

    replace(new Filmed(10, "abc", "abc", 8, 9, List.of()), Filmed.class);
    assertThat(violations(Promise.ALL_FRAMES)).containsExactly("expected 9, found 8");
  }

  @Test
  void story_thatFails_isNoFilm() {
    history.removeIf(it -> it instanceof Filmed || it instanceof Ended);
    history.add(new Stood(13, ID, "FAILED", List.of(4), 1, "caller.wrong_state: so"));
    history.add(new Ended(13, 6, "FAILED"));

    assertThat(violations(Promise.SAME_FILM))
        .containsExactly("there is none: FAILED caller.wrong_state: so");
  }

  @Test
  void store_thatHoldsTooMuch_isFoundOut() {
    history.add(new Counted(8, "coordinator-1", 11, 500, 1000));

    assertThat(violations(Promise.LIMITS)).hasSize(1);
  }

  @Test
  void journal_withAHoleOrAnotherEnd_isFoundOut() {
    put(1, new Other(1, 0, "SUBMITTED"));
    assertThat(violations(Promise.REPLAY)).hasSize(2);

    put(0, new Other(1, 1, "SUBMITTED"));
    put(6, new Ended(9, 6, "FAILED"));
    assertThat(violations(Promise.REPLAY))
        .containsExactly("told SUCCEEDED, the journal says FAILED");
  }

  @Test
  void film_thatIsNotToBeHad_isFoundOut() {
    replace(new Filmed(10, "abc", "abc", 9, 9, List.of("sheet.png: gone")), Filmed.class);
    assertThat(violations(Promise.NO_BLOB_MISSING)).containsExactly("sheet.png: gone");

    history.removeIf(Filmed.class::isInstance);
    assertThat(violations(Promise.NO_BLOB_MISSING)).hasSize(1);
  }

  @Test
  void count_thatDiffers_isFoundOutUnlessACoordinatorTookItAlong() {
    history.add(new Counted(14, "coordinator-1", 12, 0, 1000));
    assertThat(violations(Promise.COUNTS)).hasSize(1);

    history.add(new Broke(15, "leader-killed", "it", 2, true));
    assertThat(Judgement.of(history).isKept()).isTrue();
  }

  @Test
  void request_thatMadeAnotherStory_isFoundOut() {
    replace(
        new Answered(11, Map.of("coordinator-1", ID, "coordinator-2", "story-2")), Answered.class);

    assertThat(violations(Promise.SAME_STORY)).hasSize(1);
  }

  @Test
  void fault_thatCostsMoreThanItMay_isFoundOut() {
    replace(new Broke(5, "worker-killed", "one", 0, false), Broke.class);

    assertThat(violations(Promise.LITTLE_LOST))
        .containsExactly("worker-killed: expected at most 0 chunk-steps, found 1");
  }

  @Test
  void whatIsLeft_isFoundOut() {
    replace(new LeftBehind(12, List.of("a process")), LeftBehind.class);

    assertThat(violations(Promise.NOTHING_LEFT)).containsExactly("a process");
  }

  @Test
  void cost_isWhatWasDoneAgainAndTheTimeToTheNextLease() {
    assertThat(Cost.of(history))
        .containsExactly(
            new Cost(new Broke(5, "worker-killed", "one", 2, false), 1, OptionalLong.of(2)));
  }

  @Test
  void lines_comeBackAsTheyWere() {
    assertThat(Histories.read(history.stream().map(Histories::line).toList())).isEqualTo(history);
  }

  /** It has not asked the archive yet. */
  @Test
  void cost_doesNotCountWhatIsSaidBeforeTheStoryIsClaimed() {
    history.add(new Stood(5, ID, "RUNNING", List.of(0), 0, ""));
    history.add(new Other(6, 7, "CLAIMED"));
    history.sort(Comparator.comparingLong(Happening::at));

    assertThat(Cost.of(history)).singleElement().extracting(Cost::stepsLost).isEqualTo(0);
  }
}
