package dev.longtake.ops.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.lease.LeaseToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A log line as an object: {@code log.schema.json}. What a message says as {@code name={}} is a
 * field of that name too, taken from the argument and not out of the text, so that no value can
 * pretend to be another field. Of a lease there are the fields of its parts.
 */
final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A place for an argument, and the name that stands before it. */
  private static final Pattern PLACE = Pattern.compile("(?:\\b([A-Za-z][A-Za-z0-9]*)=)?\\{}");

  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    try {
      return (JSON.writeValueAsString(fields(event)) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers and truths have a JSON form", e);
    }
  }

  private static Map<String, Object> fields(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
    fields.put("level", event.getLevel().toString());
    fields.put("logger", event.getLoggerName());
    fields.put("thread", event.getThreadName());
    fields.put("message", event.getFormattedMessage());
    if (event.getThrowableProxy() != null) {
      fields.put("stackTrace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    addNamed(fields, event.getMessage(), event.getArgumentArray());
    return fields;
  }

  private static void addNamed(
      Map<String, Object> fields, @Nullable String template, Object @Nullable [] arguments) {
    if (template == null || arguments == null) {
      return;
    }
    Matcher place = PLACE.matcher(template);
    for (int i = 0; i < arguments.length && place.find(); i++) {
      Object argument = arguments[i];
      if (argument instanceof LeaseToken lease) {
        add(fields, lease);
      } else if (place.group(1) != null && argument != null) {
        fields.putIfAbsent(place.group(1), value(argument));
      }
    }
  }

  private static void add(Map<String, Object> fields, LeaseToken lease) {
    fields.putIfAbsent("story", lease.storyId());
    fields.putIfAbsent("shot", lease.shotIndex());
    fields.putIfAbsent(lease.kind().name().toLowerCase(Locale.ROOT), lease.index());
    fields.putIfAbsent("attempt", lease.attempt());
  }

  private static Object value(Object argument) {
    return argument instanceof Number || argument instanceof Boolean
        ? argument
        : String.valueOf(argument);
  }
}
