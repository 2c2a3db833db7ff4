package dev.longtake.latent.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.config.Secret;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.LatentStoreContract;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.Side;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One member for all tests of the contract; two more for what only members together can show. */
class HazelcastLatentStoreTest extends LatentStoreContract {

  private static final long BYTES_MAX = 4 << 20;
  private static HazelcastLatentStore shared;

  @BeforeAll
  static void start() {
    shared = HazelcastLatentStore.start(alone());
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @AfterEach
  void empty() {
    for (int shot : List.of(0, 1, 10, 11)) {
      List.of("story-1", "a", "b", "a.1").forEach(story -> shared.removeShot(story, shot));
    }
  }

  @Override
  protected LatentStore store() {
    return shared;
  }

  @Test
  void start_alone_listensOnLoopback() {
    assertThat(shared.address()).startsWith("127.0.0.1:").doesNotEndWith(":0");
    assertThat(shared.memberCount()).isEqualTo(1);
  }

  /** Pods have names that last, and addresses that do not. */
  @Test
  void start_onAName_listensOnItsAddress() {
    try (var named =
        HazelcastLatentStore.start(
            new HazelcastStoreConfig(new Secret("named"), "localhost", 0, List.of(), BYTES_MAX))) {
      assertThat(named.address()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void start_onANameThatNobodyKnows_isRefusedWithIt() {
    var config =
        new HazelcastStoreConfig(new Secret("nobody"), "nobody.invalid", 0, List.of(), BYTES_MAX);

    LongtakeException refused =
        catchThrowableOfType(
            LongtakeException.class, () -> HazelcastLatentStore.start(config).close());

    assertThat(refused.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    assertThat(refused).hasMessageContaining("nobody.invalid");
  }

  /** What a member has put is read by the other; then it dies, and nothing is lost. */
  @Test
  @SuppressWarnings("try") // Closing in the middle is what is tested.
  void close_ofOneOfTwoMembers_losesNothing() throws Exception {
    try (var first = HazelcastLatentStore.start(member(List.of("127.0.0.1:1")));
        var second = HazelcastLatentStore.start(member(List.of(first.address())));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(second.memberCount()).isEqualTo(2);
      Future<Optional<byte[]>> reader = threads.submit(() -> second.await(key(0), LONG));
      for (int step = 0; step < 200; step++) {
        assertThat(first.put(key(step), payload(step))).isEqualTo(PutOutcome.STORED);
      }
      assertThat(reader.get()).hasValue(payload(0));
      assertThat(second.put(key(1), payload(2))).isEqualTo(PutOutcome.DIFFERENT);

      first.close();

      for (int step = 0; step < 200; step++) {
        assertThat(second.await(key(step), LONG)).hasValue(payload(step));
      }
      assertThat(second.put(key("a", 0, 0, Side.LEFT, 0), payload(1))).isEqualTo(PutOutcome.STORED);
    }
  }

  @Test
  void put_afterClose_isUnavailable() {
    HazelcastLatentStore closed = HazelcastLatentStore.start(member(List.of()));
    closed.close();

    LongtakeException failure =
        catchThrowableOfType(LongtakeException.class, () -> closed.put(key(0), payload(0)));

    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private static HazelcastStoreConfig alone() {
    return new HazelcastStoreConfig(new Secret("alone"), "127.0.0.1", 0, List.of(), BYTES_MAX);
  }

  private static HazelcastStoreConfig member(List<String> members) {
    return new HazelcastStoreConfig(new Secret("pair"), "127.0.0.1", 0, members, BYTES_MAX);
  }
}
