package dev.longtake.latent.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Members as processes of their own, killed, frozen and parted from each other. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostMembersTest {

  private static final int STEPS = 300;

  private final List<MemberProcess> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(MemberProcess::close);
  }

  private MemberProcess start(int port, List<String> members, String... options)
      throws IOException {
    MemberProcess member = MemberProcess.start(port, members, true, options);
    started.add(member);
    return member;
  }

  private List<MemberProcess> three(List<Integer> ports, List<String> members) throws Exception {
    List<CompletableFuture<MemberProcess>> starting = new ArrayList<>();
    for (int port : ports) {
      starting.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return MemberProcess.start(port, members, true);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    for (var member : starting) {
      started.add(member.get());
    }
    return List.copyOf(started);
  }

  /** All three start at once, as after a power cut; one is killed, comes back, another freezes. */
  @Test
  void threeMembers_oneKilledAndOneFrozen_loseNothing(TestReporter reporter) throws Exception {
    List<Integer> ports =
        List.of(MemberProcess.freePort(), MemberProcess.freePort(), MemberProcess.freePort());
    List<String> members = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    List<MemberProcess> all = three(ports, members);
    MemberProcess first = all.get(0);
    MemberProcess second = all.get(1);
    first.awaitTogether(3);
    first.ask("put 0 " + STEPS);

    all.get(2).kill();
    String killed = first.ask("put %d %d".formatted(STEPS, 2 * STEPS));

    assertThat(second.ask("held 0 " + 2 * STEPS)).isEqualTo("" + 2 * STEPS);

    MemberProcess third = start(ports.get(2), members);
    third.awaitTogether(3);
    second.freeze();
    String frozen = first.ask("put %d %d".formatted(2 * STEPS, 3 * STEPS));

    assertThat(first.ask("held 0 " + 3 * STEPS)).isEqualTo("" + 3 * STEPS);
    assertThat(third.ask("held 0 " + 3 * STEPS)).isEqualTo("" + 3 * STEPS);
    reporter.publishEntry("longest put in ms, one killed", killed);
    reporter.publishEntry("longest put in ms, one frozen", frozen);

    third.kill();
    second.kill();
    first.await("members", "1");

    // Of three, one alone cannot know what the others hold: it says so instead of "not there".
    assertThat(first.ask("put 0 1")).isEqualTo("UNAVAILABLE");
    assertThat(first.ask("held %d %d".formatted(3 * STEPS, 3 * STEPS + 1)))
        .isEqualTo("UNAVAILABLE");
  }

  /** Two that did not know each other meet: what either held, both find. */
  @Test
  void twoParts_thatMeet_holdTheUnion() throws Exception {
    // The second looks for others when it has run for so long: enough for both to be up before.
    String[] soon = {
      "-Dhazelcast.merge.first.run.delay.seconds=15", "-Dhazelcast.merge.next.run.delay.seconds=2"
    };
    int firstPort = MemberProcess.freePort();
    int secondPort = MemberProcess.freePort();
    String firstAddress = "127.0.0.1:" + firstPort;
    MemberProcess second =
        start(secondPort, List.of(firstAddress, "127.0.0.1:" + secondPort), soon);
    MemberProcess first = start(firstPort, List.of(firstAddress), soon);
    first.ask("put 0 200");
    second.ask("put 150 300");
    assertThat(first.ask("held 200 202")).isEqualTo("0");

    first.awaitTogether(2);
    first.await("held 0 300", "300");
    second.await("held 0 300", "300");
  }
}
