package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.TenantScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TokensTest {

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private Database database;
  private Tokens tokens;
  private final FarmToken token = FarmToken.draw(new SecureRandom());

  @BeforeEach
  void open() {
    database = Journal.open(folder, false);
    tokens = Tokens.open(database, () -> now);
  }

  @AfterEach
  void close() {
    tokens.close();
    database.close();
  }

  private TokenInfo issue() {
    return tokens.create(
        token, "rosie@studio", Role.ARTIST, TenantScope.ALL, "an admin", Duration.ofDays(90));
  }

  private void expectRefused(String sentence) {
    assertThatThrownBy(() -> tokens.check(token))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
        .hasMessageContaining(sentence)
        .hasMessageNotContaining(token.secret());
  }

  @Test
  void check_issued_saysWhoseItIs() {
    TokenInfo info = issue();

    assertThat(tokens.check(token)).isEqualTo(info);
    assertThat(info.role()).isEqualTo(Role.ARTIST);
    assertThat(info.expires()).isEqualTo(now.plus(Duration.ofDays(90)));
  }

  @Test
  void check_anotherFarms_isRefused() {
    expectRefused("expected a token of this farm, found another");
  }

  @Test
  void check_ended_saysWhen() {
    TokenInfo info = issue();
    now = info.expires();
    expectRefused("ended on " + info.expires());
  }

  @Test
  void check_takenBack_saysSo() {
    tokens.revoke(issue().id(), TenantScope.ALL);
    expectRefused("was taken back");
  }

  /** And another coordinator on the same database goes by it. */
  @Test
  void revoke_twice_keepsTheFirstTime() {
    TokenInfo first = tokens.revoke(issue().id(), TenantScope.ALL);
    now = now.plusSeconds(100);

    assertThat(tokens.revoke(first.id(), TenantScope.ALL)).isEqualTo(first);
    try (Tokens other = Tokens.open(database, () -> now)) {
      assertThat(other.list(TenantScope.ALL)).isEqualTo(List.of(first));
    }
  }

  @Test
  void revoke_unknown_isNotFound() {
    assertThatThrownBy(() -> tokens.revoke("nobody", TenantScope.ALL))
        .hasMessageContaining("token_id: expected one of longtake tokens list");
  }

  private void execute(String sql) {
    database.call(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.executeUpdate();
          }
        });
  }

  /** As a later version may write it that shares the database. */
  private void addUnreadable() {
    execute(
        "INSERT INTO access_tokens SELECT 'unreadable', digest, name, 'emperor', created_by,"
            + " created_millis, expires_millis, NULL, tenant FROM access_tokens");
  }

  @Test
  void check_besideOneThatCannotBeRead_counts() {
    TokenInfo info = issue();
    addUnreadable();

    assertThat(tokens.list(TenantScope.ALL)).containsExactly(info);
    assertThat(tokens.check(token)).isEqualTo(info);
    try (Tokens other = Tokens.open(database, () -> now)) {
      assertThat(other.list(TenantScope.ALL)).containsExactly(info);
    }
  }

  @Test
  void create_someEndedLongAgo_forgetsThose() {
    TokenInfo old = issue();
    now = old.expires().plus(Duration.ofDays(30));
    tokens.create(
        FarmToken.draw(new SecureRandom()),
        "a",
        Role.LEAD,
        TenantScope.ALL,
        "b",
        Duration.ofDays(1));
    assertThat(tokens.list(TenantScope.ALL)).hasSize(2).contains(old);

    now = now.plusMillis(1);
    tokens.create(
        FarmToken.draw(new SecureRandom()),
        "a",
        Role.LEAD,
        TenantScope.ALL,
        "b",
        Duration.ofDays(1));
    assertThat(tokens.list(TenantScope.ALL)).hasSize(2).doesNotContain(old);
  }

  private TokenInfo issueAnother() {
    return tokens.create(
        FarmToken.draw(new SecureRandom()),
        "a",
        Role.LEAD,
        TenantScope.ALL,
        "b",
        Duration.ofDays(1));
  }

  @Test
  void create_someWereTakenBackLongAgo_forgetsThose() {
    TokenInfo gone = tokens.revoke(issue().id(), TenantScope.ALL);
    now = now.plus(Duration.ofDays(30));
    issueAnother();
    assertThat(tokens.list(TenantScope.ALL)).hasSize(2).contains(gone);

    now = now.plusMillis(1);
    issueAnother();
    assertThat(tokens.list(TenantScope.ALL)).hasSize(2).doesNotContain(gone);
  }

  @Test
  void create_veryManyThatWereTakenBackLately_forgetsTheFirstOfThem() {
    TokenInfo counts = issue();
    execute(
        "INSERT INTO access_tokens SELECT x, digest, name, role, created_by, created_millis,"
            + " expires_millis, created_millis + x, tenant"
            + " FROM access_tokens, SYSTEM_RANGE(1, 20000)");

    TokenInfo next = issueAnother();

    assertThat(tokens.list(TenantScope.ALL))
        .hasSize(20_000)
        .contains(counts, next)
        .extracting(TokenInfo::id)
        .contains("3", "20000")
        .doesNotContain("1", "2");
  }

  @Test
  void create_manyThatCountNoMore_isPossible() {
    TokenInfo first = issue();
    execute(
        "INSERT INTO access_tokens SELECT x, digest, name, role, created_by, created_millis,"
            + " expires_millis, NULL, tenant FROM access_tokens, SYSTEM_RANGE(1, 9999)");
    assertThat(tokens.list(TenantScope.ALL)).hasSize(10_000);
    FarmToken next = FarmToken.draw(new SecureRandom());
    assertThatThrownBy(
            () -> tokens.create(next, "a", Role.LEAD, TenantScope.ALL, "b", Duration.ofDays(1)))
        .hasMessage("expected fewer than 10000 tokens that count, found as many");

    tokens.revoke("17", TenantScope.ALL);
    tokens.create(next, "a", Role.LEAD, TenantScope.ALL, "b", Duration.ofDays(1));

    assertThat(tokens.check(next).name()).isEqualTo("a");
    now = first.expires();
    tokens.create(
        FarmToken.draw(new SecureRandom()),
        "a",
        Role.LEAD,
        TenantScope.ALL,
        "b",
        Duration.ofDays(1));
  }

  @Test
  void lookAgain_failure_doesNotEndTheTimer() {
    issue();
    addUnreadable();
    var isFailing = new AtomicBoolean();
    try (Tokens other =
        Tokens.open(
            database,
            () -> {
              if (isFailing.getAndSet(false)) {
                throw new IllegalStateException("while it is said what cannot be read");
              }
              return now;
            })) {
      isFailing.set(true);
      assertThatCode(other::lookAgain).doesNotThrowAnyException();
    }
  }

  /** The clock is asked in the middle of reading, when it is said that a row cannot be read. */
  @Test
  void revoke_whileTheTableIsRead_isNotUndone() throws Exception {
    TokenInfo info = issue();
    addUnreadable();
    var isHeld = new AtomicBoolean();
    var read = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (Tokens other =
        Tokens.open(
            database,
            () -> {
              if (isHeld.getAndSet(false)) {
                read.countDown();
                Uninterruptibles.awaitUninterruptibly(goOn);
              }
              return now;
            })) {
      isHeld.set(true);
      Thread reader = Thread.ofPlatform().start(other::lookAgain);
      read.await();
      Thread revoker = Thread.ofPlatform().start(() -> other.revoke(info.id(), TenantScope.ALL));
      while (revoker.isAlive() && revoker.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      reader.join();
      revoker.join();

      assertThatThrownBy(() -> other.check(token)).hasMessageContaining("was taken back");
    }
  }

  @Test
  void table_ofTokens_hasNoSecret() {
    issue();

    String rows =
        database.call(
            connection -> {
              try (PreparedStatement query =
                      connection.prepareStatement("SELECT * FROM access_tokens");
                  ResultSet row = query.executeQuery()) {
                var text = new StringBuilder();
                while (row.next()) {
                  for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    text.append(row.getString(i)).append('|');
                  }
                }
                return text.toString();
              }
            });
    String secret = token.secret().substring(token.secret().lastIndexOf('_') + 1);
    assertThat(rows).contains("rosie@studio").contains(token.id()).doesNotContain(secret);
  }
}
