package dev.longtake.weights;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import dev.longtake.words.Word;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One safetensors file: a length (u64, little endian), a JSON header, then the tensors' bytes.
 *
 * <p>The file is mapped, not read: opening costs the header alone, and pages come in as tensors are
 * read. The header is bounded and fully checked before anything is mapped.
 */
public final class SafetensorsFile implements WeightSource, AutoCloseable {

  /** Far above any real header (about 150 bytes a tensor), far below what hurts. */
  static final long HEADER_BYTES_MAX = 32L << 20;

  private static final long UNLOAD_BYTES_MIN = 1L << 20;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt FLOAT_BITS = ValueLayout.JAVA_INT_UNALIGNED;

  private final String file;
  private final Map<String, TensorEntry> entries;
  private final MemorySegment data;
  private final Arena arena;

  private SafetensorsFile(
      String file, Map<String, TensorEntry> entries, MemorySegment data, Arena arena) {
    this.file = file;
    this.entries = entries;
    this.data = data;
    this.arena = arena;
  }

  /**
   * Opens and checks a file.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is missing or malformed, {@code
   *     FILE_UNUSABLE} if it cannot be read
   */
  public static SafetensorsFile open(Path path) {
    String file = nameInPart(path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return open(channel, file);
    } catch (NoSuchFileException e) {
      throw new LongtakeException(ErrorCode.MODEL_INVALID, path + ": there is no such file", e);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** {@code transformer/model.safetensors}: the same file names occur in every part. */
  private static String nameInPart(Path path) {
    int count = path.getNameCount();
    return path.subpath(Math.max(0, count - 2), count).toString().replace('\\', '/');
  }

  // The arena is closed by close(), or here when mapping fails.
  @SuppressWarnings("MustBeClosed")
  private static SafetensorsFile open(FileChannel channel, String file) throws IOException {
    byte[] header = header(channel, file);
    long dataStart = (long) Long.BYTES + header.length;
    long dataBytes = channel.size() - dataStart;
    Map<String, TensorEntry> entries = SafetensorsHeader.parse(header, dataBytes, file);
    Arena arena = Arena.ofShared();
    try {
      MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, dataStart, dataBytes, arena);
      return new SafetensorsFile(file, entries, data, arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static byte[] header(FileChannel channel, String file) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < Long.BYTES) {
      throw invalid(file, "expected at least 8 bytes, found " + fileBytes + "; not safetensors");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0, file);
    long headerBytes = length.getLong(0);
    requireNothingElse(channel, file);
    if (headerBytes < 0 || headerBytes > HEADER_BYTES_MAX) {
      throw invalid(
          file,
          "the header claims %s bytes, at most %d are accepted"
              .formatted(Long.toUnsignedString(headerBytes), HEADER_BYTES_MAX));
    }
    if (headerBytes > fileBytes - Long.BYTES) {
      throw invalid(
          file,
          "the header claims %d bytes, but only %d follow; the file is cut short"
              .formatted(headerBytes, fileBytes - Long.BYTES));
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
    readFully(channel, header, Long.BYTES, file);
    return header.array();
  }

  /** Files of other kinds, by their usual beginnings, which no header has. */
  private static void requireNothingElse(FileChannel channel, String file) throws IOException {
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(64, channel.size()));
    readFully(channel, head, 0, file);
    switch (FileKind.of(head.array())) {
      case SAFETENSORS, JSON, UNKNOWN -> {}
      case EMPTY, GIT_LFS_POINTER, WEB_PAGE, PICKLE, GGUF, UTF_16, COMPRESSED ->
          throw invalid(
              file, "expected a safetensors file, found " + FileKind.of(head.array()).sentence());
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position, String file)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw invalid(file, "the file became shorter while it was read");
      }
    }
  }

  private static LongtakeException invalid(String file, String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, file + ": " + fault);
  }

  @Override
  public Set<String> names() {
    return entries.keySet();
  }

  @Override
  public Shape shape(String name) {
    return entry(name).shape();
  }

  @Override
  public DType dtype(String name) {
    TensorEntry entry = entry(name);
    DType dtype = entry.type().dtype();
    if (dtype == null) {
      throw invalid(
          file,
          "tensor %s: expected dtype %s, found %s"
              .formatted(name, Word.listing(names(DType.values())), entry.type()));
    }
    return dtype;
  }

  private static List<String> names(DType[] types) {
    return Stream.of(types).map(DType::name).toList();
  }

  @Override
  public Optional<String> unusableType(String name) {
    StoredType type = entry(name).type();
    return type.dtype() == null ? Optional.of(type.name()) : Optional.empty();
  }

  @Override
  public void readF32(String name, long firstElement, MemorySegment destination) {
    DType dtype = dtype(name);
    TensorEntry entry = entry(name);
    long count = destination.byteSize() / Float.BYTES;
    Objects.checkFromIndexSize(firstElement, count, entry.shape().elementCount());
    int width = entry.type().bytes();
    MemorySegment source = data.asSlice(entry.begin() + firstElement * width, count * width);
    try {
      switch (dtype) {
        case F32 -> MemorySegment.copy(source, INT, 0, destination, FLOAT_BITS, 0, count);
        case F16 -> widenF16(source, destination, count);
        case BF16 -> widenBf16(source, destination, count);
      }
      if (source.byteSize() >= UNLOAD_BYTES_MIN) {
        // What has been copied would count as this process's memory until the file is closed.
        source.unload();
      }
    } catch (InternalError e) {
      // What the Java machine throws where a mapped page has no file behind it any more.
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          "%s: tensor %s: the file became shorter while it was read".formatted(file, name),
          e);
    }
  }

  private static void widenF16(MemorySegment source, MemorySegment destination, long count) {
    for (long i = 0; i < count; i++) {
      float value = Float.float16ToFloat(source.getAtIndex(SHORT, i));
      destination.setAtIndex(FLOAT_BITS, i, Float.floatToRawIntBits(value));
    }
  }

  private static void widenBf16(MemorySegment source, MemorySegment destination, long count) {
    for (long i = 0; i < count; i++) {
      destination.setAtIndex(FLOAT_BITS, i, source.getAtIndex(SHORT, i) << 16);
    }
  }

  /** The dtype's name as the file has it. */
  String storedType(String name) {
    return entry(name).type().name();
  }

  /** The stored bytes of a tensor of any dtype, read-only. */
  MemorySegment bytes(String name) {
    TensorEntry entry = entry(name);
    return data.asSlice(entry.begin(), entry.end() - entry.begin());
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw invalid(file, "there is no tensor " + name);
    }
    return entry;
  }

  /** Unmaps the file. Tensors must no longer be read. */
  @Override
  public void close() {
    arena.close();
  }
}
