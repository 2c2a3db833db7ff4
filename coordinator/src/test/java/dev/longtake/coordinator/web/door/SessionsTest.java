package dev.longtake.coordinator.web.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {

  private final SecureRandom random = new SecureRandom();
  private final FarmToken token = FarmToken.draw(random);
  private final List<FarmToken> others = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private boolean isRevoked;
  private final Sessions sessions = new Sessions(this::caller, random, () -> now);

  private Caller caller(FarmToken shown) {
    if (isRevoked || !(shown.equals(token) || others.contains(shown))) {
      throw new LongtakeException(ErrorCode.UNAUTHENTICATED, "counts no more");
    }
    return Caller.ANYBODY;
  }

  @Test
  void open_tokenThatDoesNotCount_isRefused() {
    assertThatThrownBy(() -> sessions.open(FarmToken.draw(random)))
        .isInstanceOf(LongtakeException.class);
  }

  @Test
  void find_sessionOfATokenThatWasTakenBack_isNone() {
    String id = sessions.open(token);
    assertThat(sessions.find(id)).contains(Caller.ANYBODY);
    assertThat(sessions.find(id + "0")).isEmpty();

    isRevoked = true;

    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void find_sessionAfterItsTime_isNone() {
    String id = sessions.open(token);

    now = now.plus(Sessions.LIFETIME).minusMillis(1);
    assertThat(sessions.find(id)).isPresent();
    now = now.plusMillis(1);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void open_moreThanThereMayBe_endsTheOldest() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i <= Sessions.SESSIONS_MAX; i++) {
      others.add(FarmToken.draw(random));
      ids.add(sessions.open(others.getLast()));
    }

    assertThat(sessions.find(ids.getFirst())).isEmpty();
    assertThat(sessions.find(ids.get(1))).isPresent();
    assertThat(sessions.find(ids.getLast())).isPresent();
  }

  @Test
  void open_moreThanATokenMayHave_endsItsOwnOldestAlone() {
    others.add(FarmToken.draw(random));
    String ofAnother = sessions.open(others.getFirst());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i <= Sessions.TOKEN_SESSIONS_MAX; i++) {
      ids.add(sessions.open(token));
    }

    assertThat(sessions.find(ofAnother)).isPresent();
    assertThat(sessions.find(ids.getFirst())).isEmpty();
    assertThat(ids.subList(1, ids.size())).allMatch(id -> sessions.find(id).isPresent());
  }

  @Test
  void close_session_isNone() {
    String id = sessions.open(token);
    sessions.close(id);
    sessions.close(id);

    assertThat(sessions.find(id)).isEmpty();
  }
}
