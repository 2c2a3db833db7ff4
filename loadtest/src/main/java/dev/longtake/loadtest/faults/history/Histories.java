package dev.longtake.loadtest.faults.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** A history as text: a JSON object a line, whose {@code what} says which kind it is. */
public final class Histories {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Histories() {}

  /** One line, without its end. */
  public static String line(Happening happening) {
    try {
      return JSON.writerFor(Happening.class).writeValueAsString(happening);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers have a JSON form", e);
    }
  }

  /**
   * Reads it again.
   *
   * @throws IllegalArgumentException if a line is not one
   */
  public static List<Happening> read(List<String> lines) {
    return lines.stream().map(Histories::read).toList();
  }

  private static Happening read(String line) {
    try {
      return JSON.readValue(line, Happening.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "history: expected a line of JSON, found \"%s\"".formatted(line), e);
    }
  }
}
