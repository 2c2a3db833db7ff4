package dev.longtake.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A JSON object in a file of bounded size. */
public final class JsonFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * Reads one.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is missing, too large or not a JSON
   *     object, {@code FILE_UNUSABLE} if it cannot be read
   */
  public static JsonNode read(Path path, long bytesMax) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(Math.toIntExact(bytesMax + 1));
      if (bytes.length > bytesMax) {
        throw invalid(path, "is larger than the %d bytes accepted".formatted(bytesMax));
      }
      JsonNode node = JSON.readTree(bytes);
      if (node == null || !node.isObject()) {
        throw invalid(
            path,
            "expected a JSON object, found "
                + (bytes.length == 0 ? "an empty file" : "another value"));
      }
      return node;
    } catch (NoSuchFileException e) {
      throw new LongtakeException(ErrorCode.MODEL_INVALID, path + ": there is no such file", e);
    } catch (JsonProcessingException e) {
      throw new LongtakeException(ErrorCode.MODEL_INVALID, path + ": " + fault(path, e), e);
    } catch (CharConversionException e) { // The bytes, not the disk: it guesses UTF-32 by zeros.
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID, path + ": is not valid JSON: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String fault(Path path, JsonProcessingException e) {
    return switch (FileKind.of(path)) {
      case JSON, UNKNOWN, SAFETENSORS ->
          "is not valid JSON: "
              + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      case EMPTY, GIT_LFS_POINTER, WEB_PAGE, PICKLE, GGUF, UTF_16, COMPRESSED ->
          "expected a JSON object, found " + FileKind.of(path).sentence();
    };
  }

  private static LongtakeException invalid(Path path, String fault) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, path + ": " + fault);
  }
}
