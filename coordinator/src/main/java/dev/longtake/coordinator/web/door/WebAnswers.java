package dev.longtake.coordinator.web.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import io.javalin.http.Context;
import java.util.Map;

/** Answers as JSON, and failures with the status that they have on the web. */
public final class WebAnswers {

  public static final int BAD_REQUEST = 400;
  public static final int UNAUTHENTICATED = 401;
  public static final int FORBIDDEN = 403;
  public static final int NOT_FOUND = 404;
  public static final int FAILED = 500;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;
  private static final ObjectMapper JSON = new ObjectMapper();

  private WebAnswers() {}

  /** Answers. */
  public static void send(Context context, Object answer) throws JsonProcessingException {
    context.contentType("application/json").result(JSON.writeValueAsString(answer));
  }

  /** Answers why not. */
  public static void fail(LongtakeException e, Context context) {
    int status =
        switch (e.code().kind()) {
          case CALLER -> status(e.code());
          case BUSY, WORKER, BUG -> UNAVAILABLE;
        };
    fail(context, status, String.valueOf(e.getMessage()));
  }

  private static int status(ErrorCode code) {
    if (code == ErrorCode.NOT_FOUND) {
      return NOT_FOUND;
    }
    if (code == ErrorCode.UNAUTHENTICATED) {
      return UNAUTHENTICATED;
    }
    return code == ErrorCode.PERMISSION_DENIED ? FORBIDDEN : CONFLICT;
  }

  /** Answers why not, with this status. */
  public static void fail(Context context, int status, String why) {
    try {
      context.status(status);
      send(context, Map.of("error", why));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What kind of file this is, by its name. */
  public static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "mp4" -> "video/mp4";
      case "png" -> "image/png";
      case "json" -> "application/json";
      case String other -> "application/octet-stream";
    };
  }
}
