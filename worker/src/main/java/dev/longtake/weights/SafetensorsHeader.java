package dev.longtake.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON header of a safetensors file and proves it honest: every tensor lies inside the
 * data, has exactly the bytes its shape and dtype need, and shares none with another.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">The safetensors format</a>
 */
final class SafetensorsHeader {

  private static final int RANK_MAX = 8;
  private static final int TENSORS_MAX = 200_000;
  private static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String file;
  private final long dataBytes;

  private SafetensorsHeader(String file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  /**
   * Parses and checks a header.
   *
   * @param json the header's bytes
   * @param dataBytes how many bytes follow it in the file
   * @param file the file's name, for messages
   * @throws LongtakeException {@code MODEL_INVALID} naming the file, the tensor and the fault
   */
  static Map<String, TensorEntry> parse(byte[] json, long dataBytes, String file) {
    var header = new SafetensorsHeader(file, dataBytes);
    try (JsonParser parser = JSON.createParser(json)) {
      Map<String, TensorEntry> entries = header.entries(parser);
      header.requireDisjoint(entries);
      return Collections.unmodifiableMap(entries);
    } catch (JsonProcessingException e) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          file + ": the header is not valid JSON: " + firstLine(e.getOriginalMessage()),
          e);
    } catch (IOException e) { // Of what is in memory: letters that are none, as UTF-32 goes.
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          file + ": the header is not valid JSON: " + firstLine(e.getMessage()),
          e);
    }
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  private Map<String, TensorEntry> entries(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("the header must be a JSON object of tensors");
    }
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals(METADATA)) {
        parser.skipChildren();
        continue;
      }
      if (entries.size() == TENSORS_MAX) {
        throw invalid("the header lists more than " + TENSORS_MAX + " tensors");
      }
      entries.put(name, entry(parser, name));
    }
    if (parser.nextToken() != null) {
      throw invalid("the header goes on after its JSON object");
    }
    return entries;
  }

  private TensorEntry entry(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw invalid(name, "expected an object with dtype, shape and data_offsets");
    }
    String dtype = null;
    List<Long> dims = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = parser.getText();
        case "shape" -> dims = numbers(parser, name, "shape", RANK_MAX);
        case "data_offsets" -> offsets = numbers(parser, name, "data_offsets", 2);
        default -> parser.skipChildren();
      }
    }
    if (dtype == null || dims == null || offsets == null || offsets.size() != 2) {
      throw invalid(name, "expected dtype, shape and two data_offsets");
    }
    return checked(name, dtype, dims, offsets.get(0), offsets.get(1));
  }

  private List<Long> numbers(JsonParser parser, String name, String field, int countMax)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw invalid(name, field + " must be a list of whole numbers");
    }
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw invalid(name, field + " must hold whole numbers from 0 to 2^63-1");
      }
      if (numbers.size() == countMax) {
        throw invalid(name, field + " must hold at most " + countMax + " numbers");
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private TensorEntry checked(String name, String dtype, List<Long> dims, long begin, long end) {
    StoredType type = StoredType.byName(dtype);
    if (type == null) {
      throw invalid(name, "unknown dtype " + quoted(dtype));
    }
    long expected = type.bytes();
    try {
      for (long dim : dims) {
        expected = Math.multiplyExact(expected, dim);
      }
    } catch (ArithmeticException e) {
      throw invalid(name, "shape " + dims + " has more than 2^63 bytes");
    }
    if (begin > end) {
      throw invalid(name, "data_offsets [%d, %d] run backwards".formatted(begin, end));
    }
    if (end - begin != expected) {
      throw invalid(
          name,
          "shape %s of %s needs %d bytes, data_offsets [%d, %d] give %d"
              .formatted(dims, type, expected, begin, end, end - begin));
    }
    if (end > dataBytes) {
      throw invalid(
          name,
          "its data ends at byte %d, but only %d bytes follow the header; the file is cut short"
              .formatted(end, dataBytes));
    }
    return new TensorEntry(type, shape(name, dims), begin, end);
  }

  private Shape shape(String name, List<Long> dims) {
    try {
      return Shape.of(dims.stream().mapToInt(Math::toIntExact).toArray());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw invalid(name, "shape " + dims + " is not one a tensor can have");
    }
  }

  private void requireDisjoint(Map<String, TensorEntry> entries) {
    var sorted = new ArrayList<>(entries.entrySet());
    sorted.removeIf(entry -> entry.getValue().begin() == entry.getValue().end());
    sorted.sort(Map.Entry.comparingByValue((a, b) -> Long.compare(a.begin(), b.begin())));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).getValue().begin() < sorted.get(i - 1).getValue().end()) {
        throw invalid(
            sorted.get(i).getKey(),
            "its data overlaps that of " + quoted(sorted.get(i - 1).getKey()));
      }
    }
  }

  private LongtakeException invalid(String tensor, String fault) {
    return invalid("tensor " + quoted(tensor) + ": " + fault);
  }

  private LongtakeException invalid(String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, file + ": " + fault);
  }

  /** A name from the file, shortened and without control characters, for use in a message. */
  private static String quoted(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 100 ? clean : clean.substring(0, 100) + "...";
  }
}
