package dev.longtake.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the known answers that Random123 publishes ({@code kat_vectors}, philox4x32 10). */
class Philox4x32Test {

  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000,"
        + " 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff,"
        + " 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0,"
        + " d16cfe09 94fdcceb 5001e420 24126ea1",
  })
  void apply_knownCounterAndKey_givesTheKnownAnswer(String counter, String key, String answer) {
    int[] block = words(counter);
    int[] keys = words(key);

    Philox4x32.apply(block, keys[0], keys[1]);

    assertThat(block).containsExactly(words(answer));
  }

  private static int[] words(String text) {
    return Arrays.stream(text.strip().split(" "))
        .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
        .toArray();
  }
}
