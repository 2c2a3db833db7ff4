package dev.longtake.tensor.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateLibraryTest {

  private static final byte[] LIBRARY = "a library".repeat(10_000).getBytes(UTF_8);

  @TempDir private Path folder;

  private Path unpack(Path base) throws IOException {
    return PrivateLibrary.unpack(LIBRARY, "lib.so", base);
  }

  /** A folder that somebody else may write; the one above it is private. */
  private Path open() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    return Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @Test
  void unpack_intoAPrivateFolder_writesItThereAlone() throws IOException {
    Path base = folder.resolve("cache").resolve("native");

    assertThat(unpack(base)).isEqualTo(base.resolve("lib.so")).hasBinaryContent(LIBRARY);
    try (Stream<Path> files = Files.list(base)) {
      assertThat(files).hasSize(1);
    }
  }

  /** One process was killed while it wrote, or another version was there. */
  @Test
  void unpack_whereSomethingElseLies_replacesIt() throws IOException {
    Files.writeString(folder.resolve("lib.so"), "a lib");

    assertThat(unpack(folder)).hasBinaryContent(LIBRARY);
  }

  @Test
  void unpack_whereOthersMayWrite_takesAFolderOfItsOwn() throws IOException {
    Path base = open();
    Files.writeString(base.resolve("lib.so"), "prepared");

    Path file = unpack(base);

    assertThat(file.getParent()).isNotEqualTo(base);
    assertThat(file).hasBinaryContent(LIBRARY);
    assertThat(Files.getPosixFilePermissions(file.getParent()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(base.resolve("lib.so")).hasContent("prepared");
  }

  /** Who may rename a folder above can put another in its place. */
  @Test
  void isPrivate_belowAFolderThatOthersMayWrite_isFalse() throws IOException {
    Path below = Files.createDirectory(open().resolve("below"));

    assertThat(PrivateLibrary.isPrivate(below)).isFalse();
    assertThat(PrivateLibrary.isPrivate(folder)).isTrue();
  }

  @Test
  void unpack_whereTheFolderCannotBeMade_takesAFolderOfItsOwn() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(unpack(file.resolve("below"))).hasBinaryContent(LIBRARY);
  }

  @Test
  void unpack_byManyAtOnce_neverShowsAHalf() throws Exception {
    assumeTrue(PrivateLibrary.isPrivate(folder));
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<byte[]>> starts =
          IntStream.range(0, 64)
              .<Callable<byte[]>>mapToObj(_ -> () -> Files.readAllBytes(unpack(folder)))
              .toList();
      for (Future<byte[]> read : threads.invokeAll(starts)) {
        assertThat(read.get()).isEqualTo(LIBRARY);
      }
    }
  }
}
