package dev.longtake.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SerialFilterTest {

  private static final class Own implements Serializable {
    private static final long serialVersionUID = 1;
  }

  private static final class OwnException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static Stream<Object> refused() {
    return Stream.of(
        new Own(),
        new OwnException(),
        new HashMap<>(Map.of("a", "b")),
        new long[1],
        new byte[0][0],
        (Runnable & Serializable) () -> {},
        new ArrayList<>(List.of(new Own())),
        new IllegalStateException("of", new OwnException()));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void check_anyObject_isRefused(Object object) {
    assertThatThrownBy(() -> read(object)).isInstanceOf(InvalidClassException.class);
  }

  @Test
  void check_exceptionWithTraceAndCause_isLetIn() throws Exception {
    var failure = new IllegalStateException("call", new IOException("cause"));
    failure.addSuppressed(new TimeoutException("late"));

    assertThat(read(failure))
        .isInstanceOf(IllegalStateException.class)
        .extracting(read -> ((Throwable) read).getSuppressed()[0].getMessage())
        .isEqualTo("late");
  }

  @Test
  void check_tooManyCauses_isRefused() {
    Throwable failure = new IllegalStateException("last");
    for (int i = 0; i < 100; i++) {
      failure = new IllegalStateException("one more", failure);
    }
    Throwable deep = failure;

    assertThatThrownBy(() -> read(deep)).isInstanceOf(InvalidClassException.class);
  }

  private static Object read(Object object) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(SerialFilter::check);
      return in.readObject();
    }
  }
}
