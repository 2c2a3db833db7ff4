package dev.longtake.coordinator.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {

  private static final byte[] CONTENT = "latents".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(CONTENT);

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void open() {
    store = ArtifactStore.open(folder, 1000);
  }

  private long fileCount() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static void assertCode(Runnable call, ErrorCode code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(LongtakeException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void put_twice_isOneFile() throws IOException {
    assertThat(store.put(CONTENT)).isEqualTo(DIGEST);
    assertThat(store.put(CONTENT)).isEqualTo(DIGEST);

    assertThat(store.read(DIGEST)).isEqualTo(CONTENT);
    assertThat(store.size(DIGEST)).isEqualTo(CONTENT.length);
    assertThat(fileCount()).isEqualTo(1);
  }

  @Test
  void upload_brokenOff_leavesNothing() throws IOException {
    try (ArtifactStore.Upload upload = store.begin(DIGEST, CONTENT.length)) {
      upload.write(ByteBuffer.wrap(CONTENT, 0, 3));
    }

    assertThat(store.contains(DIGEST)).isFalse();
    assertThat(fileCount()).isZero();
  }

  @Test
  void upload_ofOtherContent_isCorrupt() throws IOException {
    try (ArtifactStore.Upload upload = store.begin(DIGEST, CONTENT.length)) {
      upload.write(ByteBuffer.allocate(CONTENT.length));
      assertCode(upload::finish, ErrorCode.DATA_CORRUPT);
    }
    try (ArtifactStore.Upload upload = store.begin(DIGEST, 2)) {
      assertCode(() -> upload.write(ByteBuffer.wrap(CONTENT)), ErrorCode.DATA_CORRUPT);
    }
    assertThat(fileCount()).isZero();
  }

  @Test
  void begin_ofTooMuch_isRefused() {
    assertCode(() -> store.begin(DIGEST, 1001), ErrorCode.REQUEST_INVALID);
  }

  @Test
  void open_afterACrash_removesWhatWasUnfinished() throws IOException {
    ArtifactStore.Upload left = store.begin(DIGEST, CONTENT.length);
    left.write(ByteBuffer.wrap(CONTENT));

    ArtifactStore again = ArtifactStore.open(folder, 1000);

    assertThat(again.contains(DIGEST)).isFalse();
    assertThat(fileCount()).isZero();
    left.close();
  }

  @Test
  void read_ofADamagedFile_saysSo() throws IOException {
    store.put(CONTENT);
    try (Stream<Path> files = Files.walk(folder)) {
      Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      Files.writeString(file, "another");
    }

    assertCode(() -> store.read(DIGEST), ErrorCode.DATA_CORRUPT);
    assertCode(() -> store.read(Digest.ofText("missing")), ErrorCode.NOT_FOUND);
  }

  @Test
  void adopt_ofAFile_movesIt() throws IOException {
    Path file = Files.write(folder.resolve("film.mp4"), CONTENT);

    assertThat(store.adopt(file)).isEqualTo(DIGEST);
    assertThat(file).doesNotExist();
    assertThat(store.read(DIGEST)).isEqualTo(CONTENT);
  }

  @Test
  void index_ofAResult_findsItAsLongAsAllOfItIsThere() throws IOException {
    ShotIndex index = new ShotIndex(folder.resolve("index"), store);
    Digest key = Digest.ofText("inputs");
    Digest latents = store.put(CONTENT);
    ShotResult there = new ShotResult(latents, List.of(store.put(new byte[] {1})));

    assertThat(index.find(key)).isEmpty();
    index.remember(key, there);
    index.remember(key, there);
    assertThat(index.find(key)).contains(there);

    index.remember(key, new ShotResult(latents, List.of(Digest.ofText("missing"))));
    assertThat(index.find(key)).isEmpty();
  }

  @Test
  void index_ofAnUnreadableEntry_isAsGoodAsNone() throws IOException {
    ShotIndex index = new ShotIndex(folder.resolve("index"), store);
    Digest key = Digest.ofText("inputs");
    index.remember(key, new ShotResult(store.put(CONTENT), List.of()));
    try (Stream<Path> files = Files.walk(folder.resolve("index"))) {
      Files.writeString(files.filter(Files::isRegularFile).findFirst().orElseThrow(), "{broken");
    }

    assertThat(index.find(key)).isEmpty();
  }
}
