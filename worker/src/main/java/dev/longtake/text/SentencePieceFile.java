package dev.longtake.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.weights.FileKind;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@code spiece.model} holds: the pieces with their scores, and how text is normalised
 * before it is cut. The file is a protocol buffer; the few fields that matter are read by number.
 *
 * @param unknownId id of the piece that stands for what has none
 * @param endId id of the end mark
 * @param byteFallback whether characters without a piece become one piece a byte
 * @param characterMap sentencepiece's compiled replacement of characters; empty: none
 * @see <a href="https://github.com/google/sentencepiece">sentencepiece_model.proto</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
record SentencePieceFile(
    List<Piece> pieces,
    int unknownId,
    int endId,
    boolean byteFallback,
    byte[] characterMap,
    boolean addsPrefix,
    boolean trims) {

  private static final long FILE_BYTES_MAX = 64L << 20;
  private static final int UNIGRAM = 1;

  /** What a piece is for; the numbers are the file's. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    /** The file counts from 1. */
    static Kind of(int number) {
      return List.of(NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE).get(number - 1);
    }
  }

  record Piece(String text, float score, Kind kind) {}

  SentencePieceFile {
    pieces = List.copyOf(pieces);
  }

  /**
   * Reads a file of at most 64 MiB.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is malformed or no unigram model, {@code
   *     FILE_UNUSABLE} if it cannot be read
   */
  static SentencePieceFile read(Path path) {
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        throw invalid(path, "is larger than the %d bytes accepted".formatted(FILE_BYTES_MAX));
      }
      return new Reader(path).read(new Message(ByteBuffer.wrap(Files.readAllBytes(path))));
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      FileKind kind = FileKind.of(path);
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          path
              + ": expected a sentencepiece model, found "
              + (kind == FileKind.UNKNOWN ? kind.noun() : kind.sentence()),
          e);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static LongtakeException invalid(Path path, String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, path + ": " + fault);
  }

  /** Collects the fields. */
  private static final class Reader {
    private final Path path;
    private final List<Piece> pieces = new ArrayList<>();
    private byte[] characterMap = new byte[0];
    private boolean addsPrefix = true;
    private boolean trims = true;
    private boolean byteFallback;
    private int modelType = UNIGRAM;
    private int unknownId;
    private int endId = 2;

    Reader(Path path) {
      this.path = path;
    }

    SentencePieceFile read(Message model) {
      while (model.next()) {
        switch (model.field()) {
          case 1 -> pieces.add(piece(model.message()));
          case 2 -> readTrainer(model.message());
          case 3 -> readNormalizer(model.message());
          default -> model.skip();
        }
      }
      if (modelType != UNIGRAM || pieces.isEmpty()) {
        throw invalid(
            path,
            "expected a unigram model with pieces, found type %d with %d"
                .formatted(modelType, pieces.size()));
      }
      return new SentencePieceFile(
          pieces, unknownId, endId, byteFallback, characterMap, addsPrefix, trims);
    }

    private Piece piece(Message message) {
      String text = "";
      float score = 0;
      Kind kind = Kind.NORMAL;
      while (message.next()) {
        switch (message.field()) {
          case 1 -> text = new String(message.bytes(), UTF_8);
          case 2 -> score = message.fixed32();
          case 3 -> kind = Kind.of(message.varint());
          default -> message.skip();
        }
      }
      if (kind == Kind.UNKNOWN) {
        unknownId = pieces.size();
      }
      return new Piece(text, score, kind);
    }

    private void readTrainer(Message message) {
      while (message.next()) {
        switch (message.field()) {
          case 3 -> modelType = message.varint();
          case 35 -> byteFallback = message.varint() != 0;
          case 42 -> endId = message.varint();
          default -> message.skip();
        }
      }
    }

    private void readNormalizer(Message message) {
      while (message.next()) {
        switch (message.field()) {
          case 2 -> characterMap = message.bytes();
          case 3 -> addsPrefix = message.varint() != 0;
          case 4 -> trims = message.varint() != 0;
          default -> message.skip();
        }
      }
    }
  }

  /** A protocol buffer, field after field. */
  private static final class Message {
    private final ByteBuffer bytes;
    private int tag;

    Message(ByteBuffer bytes) {
      this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean next() {
      if (!bytes.hasRemaining()) {
        return false;
      }
      tag = varint();
      return true;
    }

    int field() {
      return tag >>> 3;
    }

    int varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return (int) value;
        }
      }
      throw new IllegalArgumentException("a number of more than ten bytes");
    }

    float fixed32() {
      return bytes.getFloat();
    }

    byte[] bytes() {
      int length = varint();
      if (length < 0 || length > bytes.remaining()) {
        throw new IllegalArgumentException("a field of " + length + " bytes");
      }
      byte[] value = new byte[length];
      bytes.get(value);
      return value;
    }

    Message message() {
      return new Message(ByteBuffer.wrap(bytes()));
    }

    void skip() {
      switch (tag & 7) {
        case 0 -> varint();
        case 1 -> bytes.getLong();
        case 2 -> bytes();
        case 5 -> bytes.getInt();
        default -> throw new IllegalArgumentException("wire type " + (tag & 7));
      }
    }
  }
}
