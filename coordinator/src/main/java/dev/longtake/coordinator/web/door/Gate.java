package dev.longtake.coordinator.web.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.config.Loopback;
import dev.longtake.coordinator.access.Caller;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Who looks at the dashboard. Where the farm asks nobody who it is, nor does the dashboard; else
 * whoever wants to see more than the page with the field for a token shows one first.
 */
public final class Gate {

  static final String COOKIE = "longtake-session";

  private static final String CALLER = "longtake-caller";
  private static final String HTTPS = "https";
  private static final List<String> KNOWN_ONLY =
      List.of("/api/", "/files/", "/references/", "/drafts/");
  private static final List<String> FOR_ALL = List.of("/api/about", "/api/login", "/api/logout");

  /** What proxies add to what they pass on: it may come from any machine then. */
  private static final List<String> OF_PROXIES =
      List.of(
          "Forwarded",
          "Via",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Real-IP");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<Sessions> sessions;

  /** The gate with these sessions; empty where nobody is asked. */
  public Gate(Optional<Sessions> sessions) {
    this.sessions = sessions;
  }

  /** Whether somebody is asked. */
  public boolean asks() {
    return sessions.isPresent();
  }

  /** Finds out who it is, for what follows. */
  public void look(Context context) {
    who(context).ifPresent(caller -> context.attribute(CALLER, caller));
  }

  private Optional<Caller> who(Context context) {
    return sessions
        .map(open -> Optional.ofNullable(context.cookie(COOKIE)).flatMap(open::find))
        .orElse(Optional.of(Caller.ANYBODY));
  }

  /** Whether this may be seen by everybody: what the page with the field is made of. */
  public static boolean isForAll(String path) {
    return FOR_ALL.contains(path) || KNOWN_ONLY.stream().noneMatch(path::startsWith);
  }

  /** Who it is; empty before a token was shown. */
  public static Optional<Caller> caller(Context context) {
    return Optional.ofNullable(context.attribute(CALLER));
  }

  /**
   * Who it is.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAUTHENTICATED} before a token was shown
   */
  public static Caller known(Context context) {
    return caller(context)
        .orElseThrow(
            () ->
                new LongtakeException(
                    ErrorCode.UNAUTHENTICATED, "expected somebody who has shown a token"));
  }

  /** Tells later on whether who asks for this may go on to look at it. */
  public BooleanSupplier isStillIn(Context context) {
    String id = context.cookie(COOKIE); // Now: a request that is over has none.
    return sessions
        .<BooleanSupplier>map(open -> () -> id != null && open.find(id).isPresent())
        .orElse(() -> true);
  }

  /**
   * Takes a token, and gives the browser a session.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAUTHENTICATED} if it does not count, or came
   *     over a network in plain text
   */
  public void login(Context context) {
    Sessions open =
        sessions.orElseThrow(
            () -> new LongtakeException(ErrorCode.WRONG_STATE, "this farm asks nobody who it is"));
    boolean isEncrypted = HTTPS.equals(context.header("X-Forwarded-Proto"));
    if (!isEncrypted && !isFromHere(context)) {
      throw new LongtakeException(
          ErrorCode.UNAUTHENTICATED,
          "expected a token over an encrypted connection, found one over a network in plain text:"
              + " come by a proxy that speaks https and says so, or by a tunnel");
    }
    FarmToken token =
        shown(context)
            .orElseThrow(
                () ->
                    new LongtakeException(
                        ErrorCode.UNAUTHENTICATED,
                        "expected a token of this farm, found something else"));
    give(context, open.open(token), Sessions.LIFETIME.toSeconds(), isEncrypted);
  }

  /** Not what a proxy on this machine passes on, as far as it can be told. */
  private static boolean isFromHere(Context context) {
    return Loopback.is(context.ip())
        && OF_PROXIES.stream().allMatch(name -> context.header(name) == null);
  }

  private static Optional<FarmToken> shown(Context context) {
    try {
      return FarmToken.parse(JSON.readTree(context.body()).path("token").asText().strip());
    } catch (JsonProcessingException e) { // Its message may have what was to be a token.
      return Optional.empty();
    }
  }

  /** Ends the session. */
  public void logout(Context context) {
    String id = context.cookie(COOKIE);
    if (id != null) {
      sessions.ifPresent(open -> open.close(id));
    }
    give(context, "", 0, false);
  }

  private static void give(Context context, String id, long seconds, boolean isEncrypted) {
    context.header(
        "Set-Cookie",
        "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
            .formatted(COOKIE, id, seconds, isEncrypted ? "; Secure" : ""));
  }
}
