package dev.longtake.coordinator.access;

import dev.longtake.backoff.Seldom;
import dev.longtake.coordinator.database.Database;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.TenantScope;
import dev.longtake.words.Word;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that this farm has issued: their digests, in the database that all coordinators share.
 * Each coordinator keeps them in memory and looks there again after a while, so a call costs no
 * question. Safe for any number of threads.
 */
public final class Tokens implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  /** One that was taken back elsewhere counts here for so long at most. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  /** Of those that count. */
  private static final int TOKENS_MAX = 10_000;

  /** Of all: beyond it those that count no more go, whichever ended first. */
  private static final int ROWS_MAX = 2 * TOKENS_MAX;

  /** So long it can be seen in the list that one has ended, or was taken back. */
  private static final Duration KEPT_AFTER_END = Duration.ofDays(30);

  private static final String COLUMNS =
      "token_id, digest, name, role, created_by, created_millis, expires_millis, tenant,"
          + " revoked_millis";

  private static final String FORGET_OLD =
      "DELETE FROM access_tokens WHERE expires_millis < ? OR revoked_millis < ?";

  private static final String FORGET_MANY =
      """
      DELETE FROM access_tokens WHERE token_id IN (
        SELECT token_id FROM access_tokens WHERE revoked_millis IS NOT NULL OR expires_millis <= ?
        ORDER BY COALESCE(revoked_millis, expires_millis), token_id
        LIMIT (SELECT GREATEST(COUNT(*) - ?, 0) FROM access_tokens))
      """;

  private record Kept(TokenInfo info, Digest digest) {}

  private final Database database;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("tokens").factory());
  private volatile Map<String, Kept> known = Map.of();
  private final Seldom seldom = new Seldom();

  private Tokens(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Reads them, and goes on to. */
  public static Tokens open(Database database, InstantSource clock) {
    var tokens = new Tokens(database, clock);
    tokens.learn(() -> database.call(tokens::read));
    long millis = LOOK_AGAIN.toMillis();
    var _ =
        tokens.timer.scheduleWithFixedDelay(
            tokens::lookAgain, millis, millis, TimeUnit.MILLISECONDS);
    return tokens;
  }

  void lookAgain() {
    try {
      learn(() -> database.call(this::read));
    } catch (RuntimeException e) { // What is known holds; a timer that throws never comes again.
      warn("tokens were not read", e);
    }
  }

  /** One at a time: what was read before a change must not come into force after it. */
  private synchronized Map<String, Kept> learn(Supplier<Map<String, Kept>> reading) {
    known = reading.get();
    return known;
  }

  private void warn(String what, Exception why) {
    Instant now = clock.instant();
    OptionalInt unsaid;
    synchronized (seldom) {
      unsaid = seldom.ask(what, now);
    }
    unsaid.ifPresent(count -> log.warn("{}, unsaidBefore={}: {}", what, count, why.toString()));
  }

  /**
   * Whose token this is.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAUTHENTICATED} if it is none of this farm's,
   *     or counts no more
   */
  public TokenInfo check(FarmToken token) {
    Kept kept = known.get(token.id());
    if (kept == null || !token.hasDigest(kept.digest())) {
      throw refused("expected a token of this farm, found another");
    }
    TokenInfo info = kept.info();
    if (info.revoked().isPresent()) {
      throw refused(
          "expected a token that counts, found that %s was taken back".formatted(info.id()));
    }
    if (!clock.instant().isBefore(info.expires())) {
      throw refused(
          "expected a token that counts, found that %s ended on %s"
              .formatted(info.id(), info.expires()));
    }
    return info;
  }

  private static LongtakeException refused(String message) {
    return new LongtakeException(ErrorCode.UNAUTHENTICATED, message);
  }

  /** All of them that who has to do with this may see, the newest first. */
  public List<TokenInfo> list(TenantScope scope) {
    return learn(() -> database.call(this::read)).values().stream()
        .map(Kept::info)
        .filter(info -> scope.covers(info.scope().word()))
        .sorted(Comparator.comparing(TokenInfo::created).reversed())
        .toList();
  }

  /**
   * Issues one.
   *
   * @param token drawn by the caller, because chance is an argument
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if too many count
   */
  public TokenInfo create(
      FarmToken token,
      String name,
      Role role,
      TenantScope scope,
      String createdBy,
      Duration lifetime) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (known.values().stream().filter(it -> counts(it.info(), now)).count() >= TOKENS_MAX) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "expected fewer than %d tokens that count, found as many".formatted(TOKENS_MAX));
    }
    var info =
        new TokenInfo(
            token.id(), name, role, scope, createdBy, now, now.plus(lifetime), Optional.empty());
    learn(
        () ->
            database.transact(
                connection -> {
                  forget(connection, now);
                  insert(connection, info, token.digest());
                  return read(connection);
                }));
    return info;
  }

  private static boolean counts(TokenInfo info, Instant now) {
    return info.revoked().isEmpty() && now.isBefore(info.expires());
  }

  /** What ended long ago; and of what counts no more, what leaves no room for one more row. */
  private static void forget(Connection connection, Instant now) throws SQLException {
    long keptFrom = now.minus(KEPT_AFTER_END).toEpochMilli();
    try (PreparedStatement old = connection.prepareStatement(FORGET_OLD);
        PreparedStatement many = connection.prepareStatement(FORGET_MANY)) {
      old.setLong(1, keptFrom);
      old.setLong(2, keptFrom);
      old.executeUpdate();
      many.setLong(1, now.toEpochMilli());
      many.setInt(2, ROWS_MAX - 1);
      many.executeUpdate();
    }
  }

  /**
   * Takes one back; repeating it changes nothing.
   *
   * @param scope whose tokens are there for who asks
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND} if there is none of this id
   */
  public TokenInfo revoke(String id, TenantScope scope) {
    Kept kept =
        learn(
                () ->
                    database.transact(
                        connection -> {
                          revoke(connection, id, scope);
                          return read(connection);
                        }))
            .get(id);
    if (kept == null || !scope.covers(kept.info().scope().word())) {
      throw new LongtakeException(
          ErrorCode.NOT_FOUND, "token_id: expected one of longtake tokens list, found another");
    }
    return kept.info();
  }

  private void revoke(Connection connection, String id, TenantScope scope) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE access_tokens SET revoked_millis = ?"
                + " WHERE token_id = ? AND revoked_millis IS NULL AND (? = '*' OR tenant = ?)")) {
      update.setLong(1, clock.instant().toEpochMilli());
      update.setString(2, id);
      update.setString(3, scope.word());
      update.setString(4, scope.word());
      update.executeUpdate();
    }
  }

  private static void insert(Connection connection, TokenInfo info, Digest digest)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO access_tokens (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)")) {
      insert.setString(1, info.id());
      insert.setString(2, digest.hex());
      insert.setString(3, info.name());
      insert.setString(4, info.role().word());
      insert.setString(5, info.createdBy());
      insert.setLong(6, info.created().toEpochMilli());
      insert.setLong(7, info.expires().toEpochMilli());
      insert.setString(8, info.scope().word());
      insert.executeUpdate();
    }
  }

  private Map<String, Kept> read(Connection connection) throws SQLException {
    Map<String, Kept> read = new HashMap<>();
    try (PreparedStatement query =
            connection.prepareStatement("SELECT " + COLUMNS + " FROM access_tokens");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        String id = row.getString(1);
        try {
          read.put(id, kept(row));
        } catch (RuntimeException e) { // One that is not understood shuts nobody else out.
          warn("token %s counts as none".formatted(id), e);
        }
      }
    }
    return Map.copyOf(read);
  }

  private static Kept kept(ResultSet row) throws SQLException {
    long revokedMillis = row.getLong(9);
    Optional<Instant> revoked =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(revokedMillis));
    String role = row.getString(4);
    return new Kept(
        new TokenInfo(
            row.getString(1),
            row.getString(3),
            Word.read(Role.class, role)
                .orElseThrow(() -> new IllegalStateException("access_tokens: role " + role)),
            new TenantScope(row.getString(8)),
            row.getString(5),
            Instant.ofEpochMilli(row.getLong(6)),
            Instant.ofEpochMilli(row.getLong(7)),
            revoked),
        new Digest(row.getString(2)));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
