package dev.longtake.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a file is, told from its first bytes and whatever its name says: for messages about a file
 * that is not what was expected. Each kind says what to do about it.
 */
public enum FileKind {
  EMPTY("an empty file", "fetch it again"),
  GIT_LFS_POINTER("a Git LFS pointer", "run git lfs pull in the folder that it was cloned into"),
  WEB_PAGE("a web page", "the download was answered by a page, often to sign in: fetch it again"),
  PICKLE(
      "a PyTorch pickle",
      "pickles can hold programs and are not opened: load it with its own library and save it"
          + " with safe_serialization=True"),
  GGUF("a GGUF file", "GGUF is not supported: take the checkpoint that it was quantised from"),
  UTF_16("UTF-16 text", "save it as UTF-8"),
  COMPRESSED("a compressed file", "unpack it"),
  SAFETENSORS("a safetensors file", "name the folder in the diffusers layout that it belongs to"),
  JSON("JSON text", "fetch the file again"),
  UNKNOWN("something else", "fetch it again");

  /** Enough for every kind. */
  private static final int HEAD_BYTES = 64;

  private static final int ZIP = 0x504B0304;

  private final String noun;
  private final String remedy;

  FileKind(String noun, String remedy) {
    this.noun = noun;
    this.remedy = remedy;
  }

  /** With an article: {@code a Git LFS pointer}. */
  public String noun() {
    return noun;
  }

  /** What to do, as an order. */
  public String remedy() {
    return remedy;
  }

  /** {@code a Git LFS pointer: run git lfs pull ...}. */
  public String sentence() {
    return noun + ": " + remedy;
  }

  /** What this file is; {@link #UNKNOWN} if it cannot be read. */
  public static FileKind of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(HEAD_BYTES));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** What begins with these bytes is. */
  static FileKind of(byte[] head) {
    if (head.length == 0) {
      return EMPTY;
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      return GIT_LFS_POINTER;
    }
    if (start.startsWith("<!doctype") || start.startsWith("<html")) {
      return WEB_PAGE;
    }
    if (text.startsWith("GGUF")) {
      return GGUF;
    }
    if (isPickle(head)) {
      return PICKLE;
    }
    if (text.startsWith("\u00ff\u00fe") || text.startsWith("\u00fe\u00ff")) {
      return UTF_16;
    }
    if (text.startsWith("\u001f\u008b") || text.startsWith("(\u00b5/\u00fd")) {
      return COMPRESSED;
    }
    if (head.length > Long.BYTES && head[Long.BYTES] == '{' && head[Long.BYTES - 1] == 0) {
      return SAFETENSORS;
    }
    return start.startsWith("{") ? JSON : UNKNOWN;
  }

  /** The zip archive that PyTorch writes today, or protocols 2 to 5 of a bare pickle. */
  private static boolean isPickle(byte[] head) {
    if (head.length < Integer.BYTES) {
      return false;
    }
    boolean isZip = ByteBuffer.wrap(head).getInt() == ZIP;
    return isZip || ((head[0] & 0xFF) == 0x80 && head[1] >= 2 && head[1] <= 5);
  }
}
