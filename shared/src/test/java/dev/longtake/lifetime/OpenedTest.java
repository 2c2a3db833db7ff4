package dev.longtake.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {

  private final List<String> closed = new ArrayList<>();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  @Test
  void close_ofPartsThatNobodyKeeps_closesTheLastFirst() {
    try (var opened = new Opened()) {
      opened.add(part("first"));
      opened.add(part("second"));
    }

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void close_afterKeep_closesNothing() {
    try (var opened = new Opened()) {
      AutoCloseable owner = opened.add(part("first"));

      assertThat(opened.keep(owner)).isSameAs(owner);
    }

    assertThat(closed).isEmpty();
  }

  @Test
  void close_whenPartsFail_closesTheOthersAndTellsOfAll() {
    var opened = new Opened();
    opened.add(part("first"));
    opened.add(
        () -> {
          throw new IOException("of the second");
        });
    opened.add(
        () -> {
          throw new IllegalStateException("of the third");
        });

    assertThatThrownBy(opened::close)
        .isInstanceOf(IllegalStateException.class)
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("of the third", "of the second"));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void close_afterAFailureInTheBlock_leavesThatFailureInFront() {
    var failure = new IllegalArgumentException("of the block");

    assertThatThrownBy(
            () -> {
              try (var opened = new Opened()) {
                opened.add(
                    () -> {
                      throw new IOException("of closing");
                    });
                throw failure;
              }
            })
        .isSameAs(failure);
    assertThat(failure.getSuppressed()).hasSize(1);
  }
}
