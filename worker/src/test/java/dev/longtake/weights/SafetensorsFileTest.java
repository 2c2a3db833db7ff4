package dev.longtake.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

  private static final String ONE =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @TempDir private Path folder;

  @Test
  void readF32_ofEachFloatType_widensExactly() {
    String header =
        """
        {"__metadata__":{"format":"pt"},
         "b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},
         "f":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
         "h":{"dtype":"F16","shape":[1,2],"data_offsets":[12,16]},
         "s":{"dtype":"F32","shape":[],"data_offsets":[16,20]}}\
        """;
    ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-0.1f);
    data.putShort((short) 0x3FC0).putShort((short) 0xC000);
    data.putShort(Float.floatToFloat16(0.333f)).putShort((short) 0xFC00);
    data.putFloat(7f);

    try (SafetensorsFile file = SafetensorsFile.open(write(header, data.array()))) {
      assertThat(file.names()).containsExactly("b", "f", "h", "s");
      assertThat(file.shape("f")).isEqualTo(Shape.of(2, 1));
      assertThat(file.dtype("b")).isEqualTo(DType.BF16);
      assertThat(file.readF32("f")).containsExactly(1.5f, -0.1f);
      assertThat(file.readF32("b")).containsExactly(1.5f, -2f);
      assertThat(file.readF32("h"))
          .containsExactly(
              Float.float16ToFloat(Float.floatToFloat16(0.333f)), Float.NEGATIVE_INFINITY);
      assertThat(file.readF32("s")).containsExactly(7f);
    }
  }

  @Test
  void readF32_ofARun_readsOnlyIt() {
    try (SafetensorsFile file = SafetensorsFile.open(write(ONE, floats(3f, 4f)))) {
      float[] second = new float[1];

      file.readF32("a", 1, java.lang.foreign.MemorySegment.ofArray(second));

      assertThat(second).containsExactly(4f);
      assertThatThrownBy(
              () -> file.readF32("a", 2, java.lang.foreign.MemorySegment.ofArray(second)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void readF32_ofAnIntegerTensor_isRefusedOnlyThen() {
    String header = "{\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}";

    try (SafetensorsFile file = SafetensorsFile.open(write(header, new byte[8]))) {
      assertThat(file.shape("i")).isEqualTo(Shape.of(1));
      assertThatThrownBy(() -> file.readF32("i"))
          .isInstanceOf(LongtakeException.class)
          .hasMessageEndingWith("tensor i: expected dtype F32, F16 or BF16, found I64");
    }
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}|needs 8 bytes, data_offsets [0, 12] give 12
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}|ends at byte 16, but only 8 bytes follow
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}|run backwards
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}|whole numbers from 0
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}|whole numbers from 0
          {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}|whole numbers from 0
          {"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}|whole numbers from 0
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}|whole numbers from 0
          {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}|more than 2^63 bytes
          {"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}|more than 2^63 bytes
          {"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}}|more than 2^63 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775800,9223372036854775807]}}|needs 8 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775799,9223372036854775807]}}|only 8 bytes follow
          {"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}|at most 8 numbers
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}|at most 2 numbers
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}|two data_offsets
          {"a":{"dtype":"F32","shape":[2]}}|two data_offsets
          {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}|shape must be a list
          {"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}|unknown dtype Q4
          {"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}|unknown dtype 7
          {"a":5}|expected an object with dtype
          [1]|must be a JSON object
          7|must be a JSON object
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[3,7]}}|tensor b: its data overlaps that of a
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}|not valid JSON: Duplicate
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}|goes on after
          {"a":{"dtype":"F32"|not valid JSON
          {"a":|not valid JSON
          {\0\0\0aaaaaaaa|not valid JSON: Invalid UTF-32
          """)
  void open_withALyingHeader_saysWhatIsWrong(String header, String message) {
    Path path = write(header, new byte[8]);

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_INVALID))
        .hasMessageContaining("/test.safetensors: ")
        .hasMessageContaining(message);
  }

  @Test
  void open_withAHeaderOf100Megabytes_isRefusedBeforeReadingIt() throws IOException {
    Path path = folder.resolve("huge.safetensors");
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(101L << 20);
      file.writeLong(Long.reverseBytes(100L << 20));
    }

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(LongtakeException.class)
        .hasMessageEndingWith(
            "/huge.safetensors: the header claims 104857600 bytes, at most 33554432 are accepted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -1|claims 18446744073709551615 bytes
          4000000000000000000|claims 4000000000000000000 bytes
          1000|claims 1000 bytes, but only 4 follow; the file is cut short
          0|not valid JSON
          """)
  void open_withAFalseHeaderLength_saysSo(long length, String message) throws IOException {
    Path path = folder.resolve("short.safetensors");
    Files.write(
        path, ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(LongtakeException.class)
        .hasMessageMatching("(?s).*(" + java.util.regex.Pattern.quote(message) + "|JSON object).*");
  }

  @Test
  void open_ofAMissingOrEmptyFile_saysSo() throws IOException {
    Path missing = folder.resolve("none.safetensors");
    Path empty = Files.createFile(folder.resolve("empty.safetensors"));

    assertThatThrownBy(() -> SafetensorsFile.open(missing)).hasMessageContaining("no such file");
    assertThatThrownBy(() -> SafetensorsFile.open(empty))
        .hasMessageContaining("at least 8 bytes, found 0");
    assertThatThrownBy(() -> SafetensorsFile.open(folder)).isInstanceOf(LongtakeException.class);
  }

  @Test
  void open_ofAFileCutAnywhere_isOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(write(ONE, floats(1f, 2f)));

    for (int length = 0; length < whole.length; length++) {
      Path path = folder.resolve("cut.safetensors");
      Files.write(path, java.util.Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> SafetensorsFile.open(path))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(LongtakeException.class)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
  }

  /** Any damage gives a file that still reads, or one LongtakeException; nothing else. */
  @Test
  void open_ofRandomlyDamagedFiles_neverFailsInAnotherWay() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.path("io/schedulers.safetensors"));
    whole = java.util.Arrays.copyOf(whole, whole.length);
    for (long seed = 0; seed < 300; seed++) {
      byte[] damaged = whole.clone();
      var random = new SplittableRandom(seed);
      int hits = random.nextInt(1, 6);
      for (int hit = 0; hit < hits; hit++) {
        int range = random.nextInt(4) == 0 ? 8 : 9_000;
        damaged[random.nextInt(range)] = (byte) random.nextInt(256);
      }
      Path path = folder.resolve("damaged.safetensors");
      Files.write(path, damaged);

      Throwable thrown = catchThrowable(() -> readAll(path));

      if (thrown != null) {
        assertThat(thrown).as("seed %d", seed).isInstanceOf(LongtakeException.class);
      }
    }
  }

  private static void readAll(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String name : file.names()) {
        file.bytes(name);
        if (file.shape(name).elementCount() < 10_000) {
          file.readF32(name);
        }
      }
    }
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private Path write(String header, byte[] data) {
    return write(folder.resolve("test.safetensors"), header, data);
  }

  static Path write(Path path, String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data);
    try {
      return Files.write(path, file.array());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
