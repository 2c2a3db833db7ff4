package dev.longtake.coordinator.access;

import dev.longtake.coordinator.database.Database;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  private static final int TOKENS_MAX = 10_000;
  private static final String COLUMNS =
      "token_id, digest, name, role, created_by, created_millis, expires_millis, revoked_millis";

  private record Kept(TokenInfo info, Digest digest) {}

  private final Database database;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("tokens").factory());
  private volatile Map<String, Kept> known = Map.of();

  private Tokens(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Reads them, and goes on to. */
  public static Tokens open(Database database, InstantSource clock) {
    var tokens = new Tokens(database, clock);
    tokens.known = database.call(Tokens::read);
    long millis = LOOK_AGAIN.toMillis();
    var _ =
        tokens.timer.scheduleWithFixedDelay(
            tokens::lookAgain, millis, millis, TimeUnit.MILLISECONDS);
    return tokens;
  }

  private void lookAgain() {
    try {
      known = database.call(Tokens::read);
    } catch (LongtakeException e) { // What is known holds.
      log.debug("tokens were not read: {}", e.getMessage());
    }
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

  /** All of them, the newest first. */
  public List<TokenInfo> list() {
    known = database.call(Tokens::read);
    return known.values().stream()
        .map(Kept::info)
        .sorted(Comparator.comparing(TokenInfo::created).reversed())
        .toList();
  }

  /**
   * Issues one.
   *
   * @param token drawn by the caller, because chance is an argument
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if there are too many
   */
  public TokenInfo create(
      FarmToken token, String name, Role role, String createdBy, Duration lifetime) {
    if (known.size() >= TOKENS_MAX) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "expected fewer than %d tokens, found as many".formatted(TOKENS_MAX));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var info =
        new TokenInfo(token.id(), name, role, createdBy, now, now.plus(lifetime), Optional.empty());
    known =
        database.transact(
            connection -> {
              insert(connection, info, token.digest());
              return read(connection);
            });
    return info;
  }

  /**
   * Takes one back; repeating it changes nothing.
   *
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND} if there is none of this id
   */
  public TokenInfo revoke(String id) {
    known =
        database.transact(
            connection -> {
              revoke(connection, id);
              return read(connection);
            });
    Kept kept = known.get(id);
    if (kept == null) {
      throw new LongtakeException(
          ErrorCode.NOT_FOUND, "token_id: expected one of longtake tokens list, found another");
    }
    return kept.info();
  }

  private void revoke(Connection connection, String id) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE access_tokens SET revoked_millis = ?"
                + " WHERE token_id = ? AND revoked_millis IS NULL")) {
      update.setLong(1, clock.instant().toEpochMilli());
      update.setString(2, id);
      update.executeUpdate();
    }
  }

  private static void insert(Connection connection, TokenInfo info, Digest digest)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO access_tokens (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, NULL)")) {
      insert.setString(1, info.id());
      insert.setString(2, digest.hex());
      insert.setString(3, info.name());
      insert.setString(4, info.role().word());
      insert.setString(5, info.createdBy());
      insert.setLong(6, info.created().toEpochMilli());
      insert.setLong(7, info.expires().toEpochMilli());
      insert.executeUpdate();
    }
  }

  private static Map<String, Kept> read(Connection connection) throws SQLException {
    Map<String, Kept> read = new HashMap<>();
    try (PreparedStatement query =
            connection.prepareStatement("SELECT " + COLUMNS + " FROM access_tokens");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        Kept kept = kept(row);
        read.put(kept.info().id(), kept);
      }
    }
    return Map.copyOf(read);
  }

  private static Kept kept(ResultSet row) throws SQLException {
    long revokedMillis = row.getLong(8);
    Optional<Instant> revoked =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(revokedMillis));
    String role = row.getString(4);
    return new Kept(
        new TokenInfo(
            row.getString(1),
            row.getString(3),
            Word.read(Role.class, role)
                .orElseThrow(() -> new SQLException("access_tokens: role " + role)),
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
