package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.Role;
import dev.longtake.security.TokenInfo;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    return tokens.create(token, "rosie@studio", Role.ARTIST, "an admin", Duration.ofDays(90));
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
    tokens.revoke(issue().id());
    expectRefused("was taken back");
  }

  /** And another coordinator on the same database goes by it. */
  @Test
  void revoke_twice_keepsTheFirstTime() {
    TokenInfo first = tokens.revoke(issue().id());
    now = now.plusSeconds(100);

    assertThat(tokens.revoke(first.id())).isEqualTo(first);
    try (Tokens other = Tokens.open(database, () -> now)) {
      assertThat(other.list()).isEqualTo(List.of(first));
    }
  }

  @Test
  void revoke_unknown_isNotFound() {
    assertThatThrownBy(() -> tokens.revoke("nobody"))
        .hasMessageContaining("token_id: expected one of longtake tokens list");
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
