package dev.longtake.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.Answering.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnsweringTest {

  private static final Address A = new Address("a", 1);
  private static final Address B = new Address("b", 1);
  private static final Address C = new Address("c", 1);

  private static final Answering UNKNOWN = Answering.of(List.of(A, B, C));

  @Test
  void toCall_beforeAnyAnswer_isAll() {
    assertThat(UNKNOWN.toCall()).containsExactly(A, B, C);
    assertThat(UNKNOWN.isGivenUp(A)).isFalse();
  }

  @Test
  void toCall_ofSomeThatAreNotWell_isTheOthers() {
    assertThat(UNKNOWN.with(A, Answer.AWAY).with(C, Answer.SILENT).toCall()).containsExactly(B);
    assertThat(UNKNOWN.with(A, Answer.AWAY).with(A, Answer.READY).toCall())
        .containsExactly(A, B, C);
  }

  @Test
  void toCall_ifNobodyIsWell_isAll() {
    Answering nobody = UNKNOWN.with(A, Answer.AWAY).with(B, Answer.SILENT).with(C, Answer.AWAY);

    assertThat(nobody.toCall()).containsExactly(A, B, C);
  }

  @Test
  void isGivenUp_ofASilentOne_isSoIfAnotherIsWell() {
    Answering silent = UNKNOWN.with(A, Answer.SILENT);

    assertThat(silent.isGivenUp(A)).isFalse();
    assertThat(silent.with(B, Answer.AWAY).isGivenUp(A)).isFalse();
    assertThat(silent.with(B, Answer.READY).isGivenUp(A)).isTrue();
    assertThat(silent.with(B, Answer.READY).isGivenUp(B)).isFalse();
    assertThat(silent.with(B, Answer.SILENT).with(C, Answer.SILENT).isGivenUp(A)).isFalse();
  }

  @Test
  void isGivenUp_ofOneThatIsAway_isLeftToTheCallsThemselves() {
    assertThat(UNKNOWN.with(A, Answer.AWAY).with(B, Answer.READY).isGivenUp(A)).isFalse();
  }
}
