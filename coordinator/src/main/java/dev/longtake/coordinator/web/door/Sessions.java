package dev.longtake.coordinator.web.door;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Browsers that have shown a token: each has a word of chance in a cookie instead, which is worth
 * nothing elsewhere and ends. The token is asked again at every request, so that one that is taken
 * back is out here as it is everywhere. Only in memory: after a restart everybody shows it again.
 * Safe for several threads.
 */
public final class Sessions {

  /** After so long the token is to be shown again. */
  static final Duration LIFETIME = Duration.ofHours(12);

  /** The one that was opened longest ago makes room. */
  static final int SESSIONS_MAX = 1000;

  /** Of one token, which makes room itself: it must not end everybody else's. */
  static final int TOKEN_SESSIONS_MAX = 20;

  private static final int ID_BYTES = 32;

  private record Session(FarmToken token, Instant ends) {}

  private final Function<FarmToken, Caller> tokens;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Map<String, Session> open = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param tokens says whose a token is, or throws
   * @param random draws what tells sessions apart
   */
  public Sessions(Function<FarmToken, Caller> tokens, SecureRandom random, InstantSource clock) {
    this.tokens = tokens;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Begins one.
   *
   * @return its id
   * @throws LongtakeException if the token does not count
   */
  synchronized String open(FarmToken token) {
    Caller _ = tokens.apply(token);
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    open.values().removeIf(this::hasEnded);
    makeRoom(token);
    open.put(id, new Session(token, clock.instant().plus(LIFETIME)));
    return id;
  }

  /** For one more; the map's order is that in which they were opened. */
  private void makeRoom(FarmToken token) {
    List<String> own =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().token().equals(token))
            .map(Map.Entry::getKey)
            .toList();
    if (own.size() >= TOKEN_SESSIONS_MAX) {
      open.remove(own.getFirst());
    } else if (open.size() >= SESSIONS_MAX) {
      open.remove(open.keySet().iterator().next());
    }
  }

  private boolean hasEnded(Session session) {
    return !clock.instant().isBefore(session.ends());
  }

  /** Who it is; empty if there is no such session, or its token counts no more. */
  synchronized Optional<Caller> find(String id) {
    return Optional.ofNullable(open.get(id))
        .filter(session -> !hasEnded(session))
        .flatMap(this::who);
  }

  private Optional<Caller> who(Session session) {
    try {
      return Optional.of(tokens.apply(session.token()));
    } catch (LongtakeException e) { // It was taken back, or has ended.
      return Optional.empty();
    }
  }

  /** Ends one; repeating it changes nothing. */
  synchronized void close(String id) {
    open.remove(id);
  }
}
