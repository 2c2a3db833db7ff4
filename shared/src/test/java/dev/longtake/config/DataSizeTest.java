package dev.longtake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0 B, 0",
    "1 KiB, 1024",
    "64KiB, 65536",
    "1.5 GiB, 1610612736",
    "2 tib, 2199023255552",
    "1 kB, 1000",
    "2 GB, 2000000000"
  })
  void parse_numberAndUnit_isSoManyBytes(String text, long bytes) {
    assertThat(DataSize.parse(text)).contains(new DataSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "GiB", "-1 GiB", "1 XiB", "0.3 B", "99999999999999 TiB", "1 G"})
  void parse_anythingElse_isEmpty(String text) {
    assertThat(DataSize.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KiB", "1536, 1536 B", "2147483648, 2 GiB"})
  void toString_ofASize_isReadAsTheSame(long bytes, String text) {
    DataSize size = new DataSize(bytes);

    assertThat(size).hasToString(text);
    assertThat(DataSize.parse(text)).isEqualTo(Optional.of(size));
  }

  @Test
  void compareTo_ofSizes_isByBytes() {
    assertThat(DataSize.mebibytes(2)).isGreaterThan(new DataSize(2_000_000));
  }
}
