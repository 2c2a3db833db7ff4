package dev.longtake.client;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.FilmFile;
import dev.longtake.wire.v1.DownloadFileRequest;
import dev.longtake.wire.v1.DownloadFileResponse;
import dev.longtake.wire.v1.FarmServiceGrpc;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Fetches one file: into {@code NAME.part}, checked, then renamed. Used by one thread. */
final class Download {

  private final FilmFile file;
  private final Path target;
  private final Path part;

  Download(FilmFile file, Path folder) {
    this.file = file;
    this.target = folder.resolve(file.name());
    this.part = folder.resolve(file.name() + ".part");
  }

  /** Goes on where the part ends, and gives it its name once it is whole and right. */
  Path fetch(FarmServiceGrpc.FarmServiceBlockingV2Stub stub, String storyId, LongConsumer onBytes) {
    try {
      if (Files.isRegularFile(target)
          && Files.size(target) == file.sizeBytes()
          && digest(target).equals(file.digest())) {
        onBytes.accept(file.sizeBytes());
        return target;
      }
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      long offset = Files.isRegularFile(part) ? Files.size(part) : 0;
      if (offset > file.sizeBytes()) {
        Files.delete(part);
        offset = 0;
      }
      if (offset < file.sizeBytes() || offset == 0) {
        append(stub, storyId, offset, onBytes);
      }
      requireRight();
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be written: %s".formatted(target, e), e);
    }
  }

  private void append(
      FarmServiceGrpc.FarmServiceBlockingV2Stub stub,
      String storyId,
      long offset,
      LongConsumer onBytes)
      throws IOException {
    DownloadFileRequest request =
        DownloadFileRequest.newBuilder()
            .setStoryId(storyId)
            .setName(file.name())
            .setOffset(offset)
            .build();
    BlockingClientCall<?, DownloadFileResponse> call = stub.downloadFile(request);
    long have = offset;
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (DownloadFileResponse piece = read(call); piece != null; piece = read(call)) {
        have += piece.getContent().size();
        if (have > file.sizeBytes()) {
          break;
        }
        piece.getContent().writeTo(out);
        onBytes.accept(have);
      }
    } finally {
      call.cancel("all that is wanted was read", null);
    }
  }

  private static @Nullable DownloadFileResponse read(
      BlockingClientCall<?, DownloadFileResponse> call) {
    return Calls.make(call::read);
  }

  /** Leaves nothing behind that a later download would build on in vain. */
  private void requireRight() throws IOException {
    long size = Files.size(part);
    if (size < file.sizeBytes()) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "%s: expected %d bytes, found %d".formatted(file.name(), file.sizeBytes(), size));
    }
    Digest found = digest(part);
    if (!found.equals(file.digest())) {
      Files.delete(part);
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "%s: expected digest %s, found %s".formatted(file.name(), file.digest(), found));
    }
  }

  private static Digest digest(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Digest.of(in);
    }
  }
}
