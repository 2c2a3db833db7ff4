package dev.longtake.coordinator.web.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePartTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=5-, 5, 5",
    "bytes=-1, 9, 1",
    "bytes=-99, 0, 10",
    "bytes=2-99, 2, 8",
    "bytes=9-2, 0, 10",
    "bytes=-, 0, 10",
    "'bytes=0-0,2-3', 0, 10",
    "bytes=a-b, 0, 10",
    "lines=1-2, 0, 10",
    "bytes=99999999999999999999-, 0, 10"
  })
  void of_aWish_isOneRunOrAll(String wish, long first, long length) {
    assertThat(FilePart.of(wish, 10)).contains(new FilePart(first, length));
  }

  @ParameterizedTest
  @CsvSource({"bytes=10-", "bytes=10-12", "bytes=-0", "bytes=999999999999999999-"})
  void of_bytesThatThereAreNot_isNothing(String wish) {
    assertThat(FilePart.of(wish, 10)).isEqualTo(Optional.empty());
  }

  @Test
  void of_noWish_isAll() {
    assertThat(FilePart.of(null, 10)).contains(new FilePart(0, 10));
  }
}
