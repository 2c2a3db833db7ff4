package dev.longtake.coordinator.web.media;

import io.javalin.http.Context;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a browser asks for: one run of bytes, or all of it (RFC 9110, section
 * 14). What is no such wish, or names several runs, is answered with all of it, as that allows.
 *
 * @param first byte, from 0
 * @param length in bytes
 */
record FilePart(long first, long length) {

  private static final int PARTIAL = 206;
  private static final int NOT_SATISFIABLE = 416;

  /** Numbers that fit into a long. */
  private static final Pattern WISH = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /**
   * What is to be sent.
   *
   * @param wish the header {@code Range}, if there is one
   * @return empty if the file has none of the bytes
   */
  static Optional<FilePart> of(@Nullable String wish, long size) {
    var all = new FilePart(0, size);
    Matcher said = WISH.matcher(wish == null ? "" : wish);
    if (!said.matches() || (said.group(1).isEmpty() && said.group(2).isEmpty())) {
      return Optional.of(all);
    }
    if (said.group(1).isEmpty()) {
      long last = Math.min(size, Long.parseLong(said.group(2)));
      return last == 0 ? Optional.empty() : Optional.of(new FilePart(size - last, last));
    }
    long first = Long.parseLong(said.group(1));
    long end = said.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(said.group(2)) + 1;
    if (end <= first) {
      return Optional.of(all);
    }
    return first >= size
        ? Optional.empty()
        : Optional.of(new FilePart(first, Math.min(size, end) - first));
  }

  /** Answers with the part of this file that is asked for. Closes the file in the end. */
  static void send(Context context, InputStream file, String type, long size) throws IOException {
    context.header("Accept-Ranges", "bytes");
    Optional<FilePart> wished = of(context.header("Range"), size);
    if (wished.isEmpty()) {
      file.close();
      context.header("Content-Range", "bytes */" + size).status(NOT_SATISFIABLE);
      return;
    }
    FilePart part = wished.get();
    if (part.length() < size) {
      long last = part.first() + part.length() - 1;
      context
          .status(PARTIAL)
          .header("Content-Range", "bytes %d-%d/%d".formatted(part.first(), last, size));
      file.skipNBytes(part.first());
    }
    context
        .contentType(type)
        .header("Content-Length", Long.toString(part.length()))
        .result(new Limited(file, part.length()));
  }

  /** The next bytes of a file, and then its end. */
  private static final class Limited extends FilterInputStream {

    private long left;

    private Limited(InputStream file, long length) {
      super(file);
      left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = super.read(into, offset, (int) Math.min(left, length));
      left -= Math.max(0, count);
      return count;
    }
  }
}
