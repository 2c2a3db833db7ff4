package dev.longtake.coordinator.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.story.status.TenantScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FolderArtifactStorageTest extends ArtifactStorageContract {

  private final List<ArtifactStorage> opened = new ArrayList<>();

  @Override
  protected ArtifactStorage open() {
    opened.add(ArtifactStorage.inFolder(folder, ARTIFACT_BYTES_MAX));
    return opened.getLast();
  }

  @AfterEach
  void close() {
    opened.forEach(ArtifactStorage::close);
  }

  @Override
  protected long leftovers() {
    return files(unfinished()).stream().filter(file -> !file.endsWith("lock")).count();
  }

  private Path unfinished() {
    return folder.resolve("artifacts/unfinished");
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void writeEntry(Digest key, byte[] entry) {
    here.index().remember(TenantScope.DEFAULT_TENANT, key, new ShotResult(key, List.of()));
    try {
      Files.write(files(folder.resolve("index")).getFirst(), entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void open_besideLivingAndDeadProcesses_removesWhatTheDeadLeftUnfinished() throws IOException {
    Path dead = Files.createDirectories(unfinished().resolve("dead"));
    Files.createFile(dead.resolve("lock"));
    Files.createFile(dead.resolve("1"));
    Path early = Files.createFile(unfinished().resolve("7"));
    byte[] content = {1, 2, 3};
    try (ArtifactStore.Upload living = here.artifacts().begin(Digest.of(content), 3)) {
      living.write(ByteBuffer.wrap(content));

      open();

      assertThat(dead).doesNotExist();
      assertThat(early).doesNotExist();
      living.finish();
    }
    assertThat(there.artifacts().read(Digest.of(content))).isEqualTo(content);
  }

  @Test
  void close_afterAll_leavesOnlyArtifacts() {
    here.artifacts().put(new byte[] {1});

    close();

    assertThat(files(folder)).hasSize(1);
  }

  @Test
  void read_ofADamagedFile_saysSo() throws IOException {
    byte[] content = {1, 2, 3};
    Digest digest = here.artifacts().put(content);
    Path file =
        files(folder).stream().filter(it -> it.endsWith(digest.hex())).findFirst().orElseThrow();
    Files.write(file, new byte[] {1, 2, 4});

    assertFails(() -> here.artifacts().read(digest), ErrorCode.DATA_CORRUPT, digest.hex());
    there.artifacts().put(content);
    assertThat(here.artifacts().read(digest)).isEqualTo(content);
  }

  /** The film is put together on the coordinator's own disk, the artifacts may be on a server. */
  @Test
  void adopt_ofAFileOnAnotherDisk_copiesItAndRemovesIt() throws IOException {
    byte[] content = large();
    try (FileSystem other =
        FileSystems.newFileSystem(folder.resolve("other.zip"), Map.of("create", "true"))) {
      Path file = Files.write(other.getPath("film"), content);

      assertThat(here.artifacts().adopt(file)).isEqualTo(Digest.of(content));
      assertThat(Files.exists(file)).isFalse();
    }
    assertThat(there.artifacts().read(Digest.of(content))).isEqualTo(content);
    assertThat(leftovers()).isZero();
  }

  /** Whoever sends it keeps it and comes again, because a person will mend that. */
  @Test
  void put_folderThatIsMovedAway_isTheFarmsTroubleUntilItIsBack() throws IOException {
    Path base = folder.resolve("base");
    byte[] content = {1, 2, 3};
    try (ArtifactStorage storage = ArtifactStorage.inFolder(base, 1 << 20)) {
      Files.move(base, folder.resolve("away"));

      assertFails(
          () -> storage.artifacts().put(content), ErrorCode.STORAGE_FAILED, "artifacts: cannot ");

      Files.move(folder.resolve("away"), base);
      assertThat(storage.artifacts().put(content)).isEqualTo(Digest.of(content));
    }
  }

  @Test
  void open_whereAFileIs_saysSo() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertFails(
        () -> ArtifactStorage.inFolder(file, 1),
        ErrorCode.FILE_UNUSABLE,
        "artifacts: cannot open " + file);
  }

  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  /** Whatever is there now was last used long ago. */
  private void grow() {
    for (Path file : files(folder)) {
      try {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void remove_ofOld_leavesWhatWasWrittenOrUsedSince() {
    Digest old = here.artifacts().put(new byte[] {1});
    Digest used = here.artifacts().put(new byte[] {2});
    Digest again = here.artifacts().put(new byte[] {3});
    grow();
    here.artifacts().useAll(List.of(used));
    here.artifacts().put(new byte[] {3});
    Digest fresh = here.artifacts().put(new byte[] {4});

    OldArtifacts.Removed removed = here.old().remove(LONG_AGO.plusSeconds(60));

    assertThat(removed).isEqualTo(new OldArtifacts.Removed(1, 1));
    assertThat(here.artifacts().contains(old)).isFalse();
    assertThat(here.artifacts().containsAll(List.of(used, again, fresh))).isTrue();
    assertThat(leftovers()).isZero();
  }

  @Test
  void remove_aShotThatIsFoundAgain_staysWithAllItsArtifacts() {
    Digest latents = here.artifacts().put(new byte[] {1});
    Digest segment = here.artifacts().put(new byte[] {2});
    Digest key = Digest.ofText("key");
    here.index()
        .remember(TenantScope.DEFAULT_TENANT, key, new ShotResult(latents, List.of(segment)));
    Digest forgotten = Digest.ofText("forgotten");
    here.index()
        .remember(TenantScope.DEFAULT_TENANT, forgotten, new ShotResult(latents, List.of(segment)));
    grow();
    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, key)).isPresent();

    here.old().remove(LONG_AGO.plusSeconds(60));

    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, key)).isPresent();
    assertThat(here.index().find(TenantScope.DEFAULT_TENANT, forgotten)).isEmpty();
  }

  @Test
  void useAll_ofWhatIsNotThere_isFalse() {
    assertThat(here.artifacts().useAll(List.of(Digest.ofText("nothing")))).isFalse();
  }
}
