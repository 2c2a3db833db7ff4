package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.artifacts.UploadCheck;
import dev.longtake.coordinator.artifacts.UploadRoom;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Artifacts in a bucket, each an object under its digest: {@code artifacts/abcd...}. */
final class S3ArtifactStore implements ArtifactStore {

  private static final Logger log = LoggerFactory.getLogger(S3ArtifactStore.class);
  private static final String FOLDER = "artifacts/";

  /** No upload goes on for so long. */
  private static final Duration UPLOAD_MAX = Duration.ofDays(1);

  private static final int QUESTIONS_MAX = 16;
  private static final int BUFFER_BYTES = 1 << 20;

  private final S3Bucket bucket;
  private final UploadRoom room;
  private final long artifactBytesMax;
  private final InstantSource clock;
  private final SeenDigests seen = new SeenDigests();

  S3ArtifactStore(S3Bucket bucket, UploadRoom room, long artifactBytesMax, InstantSource clock) {
    this.bucket = bucket;
    this.room = room;
    this.artifactBytesMax = artifactBytesMax;
    this.clock = clock;
  }

  @Override
  public long artifactBytesMax() {
    return artifactBytesMax;
  }

  @Override
  public boolean contains(Digest digest) {
    if (seen.contains(digest, clock.instant())) {
      return true;
    }
    boolean isThere = bucket.sizeSoon(name(digest)).isPresent();
    if (isThere) {
      seen.add(digest, clock.instant());
    }
    return isThere;
  }

  /** Several at once: each is a way over the network and back. */
  @Override
  public boolean containsAll(Collection<Digest> digests) {
    var questions = new Semaphore(QUESTIONS_MAX);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> answers =
          digests.stream()
              .map(digest -> threads.submit(() -> contains(digest, questions)))
              .toList();
      boolean areThere = true;
      for (Future<Boolean> answer : answers) {
        areThere &= answer.get();
      }
      return areThere;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("artifacts cannot be looked for", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "artifacts: interrupted while they were looked for", e);
    }
  }

  private boolean contains(Digest digest, Semaphore questions) throws InterruptedException {
    questions.acquire();
    try {
      return contains(digest);
    } finally {
      questions.release();
    }
  }

  @Override
  public long size(Digest digest) {
    return bucket.size(name(digest)).orElseThrow(() -> S3Bucket.missing(name(digest)));
  }

  @Override
  public SeekableByteChannel openChannel(Digest digest) {
    return new S3Channel(bucket, name(digest), size(digest));
  }

  @Override
  public InputStream open(Digest digest) {
    return new CheckedStream(Channels.newInputStream(openChannel(digest)), digest);
  }

  @Override
  public byte[] read(Digest digest) {
    try (InputStream stream = open(digest)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "artifact %s: cannot read: %s".formatted(digest, e), e);
    }
  }

  @Override
  public Digest adopt(Path file) {
    try {
      Digest digest;
      try (InputStream content = Files.newInputStream(file)) {
        digest = Digest.of(content);
      }
      try (InputStream content = Files.newInputStream(file);
          Upload upload = begin(digest, Files.size(file))) {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
          upload.write(ByteBuffer.wrap(buffer, 0, n));
        }
        upload.finish();
      }
      Files.delete(file);
      return digest;
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "artifacts: cannot store %s: %s".formatted(file, e), e);
    }
  }

  @Override
  public Upload begin(Digest digest, long sizeBytes) {
    var check = new UploadCheck(digest, sizeBytes, artifactBytesMax);
    int buffer = S3Upload.bufferBytes(sizeBytes);
    return new S3Upload(
        bucket,
        name(digest),
        check,
        room.reserve(buffer),
        buffer,
        () -> seen.add(digest, clock.instant()));
  }

  @Override
  public void check() {
    bucket.check();
  }

  /** Gives up what ended processes have left half-sent. */
  void sweep() {
    Instant then = clock.instant().minus(UPLOAD_MAX);
    try {
      List<S3Bucket.Parts> left = bucket.unfinished(FOLDER, then);
      left.forEach(bucket::abortParts);
      if (!left.isEmpty()) {
        log.info("uploads={} that were begun before {} were removed", left.size(), then);
      }
    } catch (RuntimeException e) { // Of the library too, when it is closed meanwhile.
      log.warn("unfinished uploads cannot be removed: {}", e.getMessage());
    }
  }

  private static String name(Digest digest) {
    return FOLDER + digest.hex();
  }

  @Override
  public void close() {
    bucket.close();
  }
}
