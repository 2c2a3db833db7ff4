package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.coordinator.artifacts.UploadCheck;
import dev.longtake.digest.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Compares an artifact that came over a network with its digest when all of it was read. */
final class CheckedStream extends FilterInputStream {

  private final Digest digest;
  private Digest.@Nullable Hasher hasher = Digest.hasher();

  CheckedStream(InputStream content, Digest digest) {
    super(content);
    this.digest = digest;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    Digest.Hasher open = hasher;
    if (open != null && count >= 0) {
      open.update(target, offset, count);
    } else if (open != null) {
      hasher = null;
      UploadCheck.requireDigest(digest, open.digest());
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] passed = new byte[(int) Math.min(count, 1 << 13)];
    return Math.max(0, read(passed, 0, passed.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
