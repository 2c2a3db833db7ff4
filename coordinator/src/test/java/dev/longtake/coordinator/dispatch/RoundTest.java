package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundTest {

  private static final int CHECKS_MAX = 2;

  private final Fleet fleet = new Fleet();
  private final Round round = new Round(CHECKS_MAX);
  private long told;

  private void tell(NodeNews news) {
    if (told == 0) {
      fleet.begin("node", 0);
    }
    told++;
    fleet.hear("node", told, news);
    round.hear(fleet);
  }

  private static NodeNews wants(long version) {
    return new NodeNews.StoryWants(
        new StoryDemand(
            "story", 1, version, Optional.empty(), List.of(), List.of(), ChunkCounts.NONE));
  }

  /** The answer overtakes the news: who acts on it takes the worker for idle. */
  @Test
  void isOver_answeredAndNotTold_isFalse() {
    tell(wants(5));
    int number = round.begin();
    round.ask();

    round.answer(number, "story", 6, fleet);

    assertThat(round.isOver()).isFalse();

    tell(wants(6));

    assertThat(round.isOver()).isTrue();
  }

  @Test
  void isOver_toldAndNotAnswered_isFalse() {
    int number = round.begin();
    round.ask();
    tell(wants(6));

    assertThat(round.isOver()).isFalse();

    round.answer(number, "story", 6, fleet);

    assertThat(round.isOver()).isTrue();
  }

  @Test
  void isOver_theStoryHasEnded_isTrue() {
    int number = round.begin();
    round.ask();
    tell(wants(5));
    tell(new NodeNews.StoryEnded("story", 8));

    round.answer(number, "story", 7, fleet);

    assertThat(round.isOver()).isTrue();
  }

  @Test
  void isOver_answerOfAnEarlierRound_isFalse() {
    int earlier = round.begin();
    round.ask();
    round.begin();
    round.ask();

    round.answer(earlier, "story", 0, fleet);

    assertThat(round.isOver()).isFalse();
  }

  @Test
  void isOver_nobodyTellsForLong_isTrueInTheEnd() {
    tell(wants(5));
    int number = round.begin();
    round.ask();
    round.answer(number, "story", 6, fleet);

    for (int i = 0; i < CHECKS_MAX; i++) {
      round.check();
    }

    assertThat(round.isOver()).isFalse();

    round.check();

    assertThat(round.isOver()).isTrue();
  }
}
