package dev.longtake.text;

import static java.util.Objects.requireNonNull;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.weights.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns prompts into token ids with a checkpoint's own {@code tokenizer.json}, through Hugging
 * Face's tokenizers library, or with its {@code spiece.model} where that is all there is. Safe for
 * use by several threads.
 *
 * <p>A farm has no internet: the library is told before it loads to use the binary inside its jar,
 * to download nothing and to report to nobody.
 */
public final class PromptTokenizer implements AutoCloseable {

  /** More than any model reads; what is longer is somebody's mistake. */
  static final int PROMPT_CHARS_MAX = 100_000;

  private static final long FILE_BYTES_MAX = 64L << 20;

  static {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("RUST_FLAVOR", "cpu");
  }

  private final @Nullable HuggingFaceTokenizer library;
  private final @Nullable UnigramTokenizer unigram;
  private final int lengthMax;
  private final long unknownId;

  private PromptTokenizer(
      @Nullable HuggingFaceTokenizer library,
      @Nullable UnigramTokenizer unigram,
      int lengthMax,
      long unknownId) {
    this.library = library;
    this.unigram = unigram;
    this.lengthMax = lengthMax;
    this.unknownId = unknownId;
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Opens a tokenizer folder.
   *
   * @param lengthMax ids a prompt may have, the end mark included
   * @throws LongtakeException {@code MODEL_INVALID} if there is no usable file of either kind,
   *     {@code ENGINE_FAILED} if the library does not load on this machine
   */
  public static PromptTokenizer open(Path folder, int lengthMax) {
    if (lengthMax < 2) {
      throw new IllegalArgumentException("lengthMax must be at least 2: " + lengthMax);
    }
    Path file = folder.resolve("tokenizer.json");
    if (Files.exists(file)) {
      JsonNode all = JsonFile.read(file, FILE_BYTES_MAX);
      TokenizerTemplate.check(file, all.path("post_processor"));
      long unknownId = unknownId(all.path("model"));
      return new PromptTokenizer(load(file), null, lengthMax, unknownId);
    }
    Path pieces = folder.resolve("spiece.model");
    if (Files.exists(pieces)) {
      return new PromptTokenizer(null, unigram(pieces), lengthMax, -1);
    }
    throw new LongtakeException(
        ErrorCode.MODEL_INVALID,
        folder + ": expected tokenizer.json or spiece.model, found neither");
  }

  /** The words of a vocabulary of whole words, its marks left out; none of any other vocabulary. */
  public static List<String> words(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      return List.of();
    }
    JsonNode model = JsonFile.read(file, FILE_BYTES_MAX).path("model");
    List<String> words = new ArrayList<>();
    if (model.path("type").asText("").equals("WordLevel")) {
      model.path("vocab").fieldNames().forEachRemaining(words::add);
    }
    words.removeIf(word -> word.startsWith("<"));
    return words;
  }

  private static UnigramTokenizer unigram(Path file) {
    try {
      return new UnigramTokenizer(SentencePieceFile.read(file));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          "%s: expected pieces and a map of characters that fit together, found: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static HuggingFaceTokenizer load(Path file) {
    try {
      return HuggingFaceTokenizer.newInstance(
          file, Map.of("truncation", "false", "padding", "false"));
    } catch (IOException | IllegalArgumentException e) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID, file + ": cannot be read: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED, "the tokenizer library does not load here: " + e, e);
    } catch (RuntimeException e) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID, file + ": is not a usable tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * The id of the unknown token; -1 if the model has none. Word models name it, unigram count it.
   */
  private static long unknownId(JsonNode model) {
    if (model.path("unk_id").isIntegralNumber()) {
      return model.path("unk_id").longValue();
    }
    JsonNode vocabulary = model.path("vocab");
    JsonNode id = vocabulary.path(model.path("unk_token").asText(""));
    return id.isIntegralNumber() ? id.longValue() : -1;
  }

  /**
   * Tokenises one prompt; an empty one gives the end mark alone.
   *
   * @throws LongtakeException {@code REQUEST_INVALID} if the prompt has more than 100,000
   *     characters
   */
  public PromptTokens encode(String prompt) {
    if (prompt.length() > PROMPT_CHARS_MAX) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "a prompt may have %d characters, found %d".formatted(PROMPT_CHARS_MAX, prompt.length()));
    }
    String text = PromptCleaning.clean(prompt);
    if (unigram != null) {
      return cut(unigram, text);
    }
    Encoding encoding = requireNonNull(library).encode(text, true, false);
    long[] ids = encoding.getIds();
    return new PromptTokens(
        truncated(ids, encoding.getSpecialTokenMask()),
        ids.length > lengthMax,
        unknownWords(text, encoding));
  }

  /** What of a prompt is read, and what is not. Costs a few times as much as {@link #encode}. */
  public PromptReading read(String prompt) {
    PromptTokens tokens = encode(prompt);
    String text = PromptCleaning.clean(prompt);
    return new PromptReading(
        text, tokens.ids().length, tokens.truncated() ? leftOut(text) : "", tokens.unknownWords());
  }

  /** The words after the longest beginning of whole words that fits. */
  private String leftOut(String text) {
    List<String> words = List.of(text.split(" "));
    int fits = 0;
    int tooMany = words.size();
    while (tooMany - fits > 1) {
      int middle = (fits + tooMany) >>> 1;
      if (encode(String.join(" ", words.subList(0, middle))).truncated()) {
        tooMany = middle;
      } else {
        fits = middle;
      }
    }
    return String.join(" ", words.subList(fits, words.size()));
  }

  private PromptTokens cut(UnigramTokenizer pieces, String text) {
    UnigramTokenizer.Cut cut = pieces.encode(text);
    int kept = Math.min(cut.ids().size(), lengthMax - 1);
    int[] ids = new int[kept + 1];
    for (int i = 0; i < kept; i++) {
      ids[i] = cut.ids().get(i);
    }
    ids[kept] = pieces.endId();
    return new PromptTokens(ids, kept < cut.ids().size(), cut.unknown());
  }

  /** Cuts words from the end, never the marks that the post-processor has set there. */
  private int[] truncated(long[] ids, long[] specialMask) {
    int endMarks = 0;
    while (endMarks < ids.length && specialMask[ids.length - 1 - endMarks] == 1) {
      endMarks++;
    }
    int length = Math.min(ids.length, lengthMax);
    int[] kept = new int[length];
    for (int i = 0; i < length; i++) {
      boolean isEndMark = i >= length - endMarks;
      kept[i] = Math.toIntExact(ids[isEndMark ? ids.length - length + i : i]);
    }
    return kept;
  }

  private List<String> unknownWords(String text, Encoding encoding) {
    Set<String> words = new LinkedHashSet<>();
    long[] ids = encoding.getIds();
    for (int i = 0; i < ids.length; i++) {
      @Nullable CharSpan span = encoding.getCharTokenSpans()[i];
      if (ids[i] == unknownId && span != null) {
        words.add(slice(text, span.getStart(), span.getEnd()));
      }
    }
    return new ArrayList<>(words);
  }

  /** The library counts code points. */
  private static String slice(String text, int first, int end) {
    int[] codePoints = text.codePoints().toArray();
    int last = Math.min(end, codePoints.length);
    int[] part = Arrays.copyOfRange(codePoints, Math.min(first, last), last);
    return new String(part, 0, part.length);
  }

  @Override
  public void close() {
    if (library != null) {
      library.close();
    }
  }
}
