package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.coordinator.artifacts.IndexEntries;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Entries in a bucket, each an object under its key: {@code index/abcd....json}. */
record S3IndexEntries(S3Bucket bucket) implements IndexEntries {

  @Override
  public Optional<byte[]> read(Digest key) {
    return bucket.open(name(key), 0).flatMap(stream -> readAll(key, stream));
  }

  private static Optional<byte[]> readAll(Digest key, InputStream stream) {
    try (stream) {
      byte[] entry = stream.readNBytes(ENTRY_BYTES_MAX + 1);
      return entry.length > ENTRY_BYTES_MAX ? Optional.empty() : Optional.of(entry);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "shot index: cannot read %s: %s".formatted(key, e), e);
    }
  }

  @Override
  public boolean create(Digest key, byte[] entry) {
    return bucket.create(name(key), ByteBuffer.wrap(entry));
  }

  @Override
  public void replace(Digest key, byte[] entry) {
    bucket.replace(name(key), ByteBuffer.wrap(entry));
  }

  private static String name(Digest key) {
    return "index/" + key.hex() + ".json";
  }
}
