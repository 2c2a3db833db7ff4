package dev.longtake.coordinator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsIdentity;
import dev.longtake.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorIdentity;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Identify;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.pattern.Patterns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two actor systems that reach each other, or do not. */
@Timeout(60)
class EncryptedLinksTest {

  private static final Config SETTINGS =
      ConfigFactory.parseString(
              """
              pekko {
                actor.provider = remote
                loglevel = OFF
                stdout-loglevel = OFF
                remote {
                  warn-about-direct-use = off
                  use-unsafe-remote-features-outside-cluster = on
                  artery {
                    transport = tls-tcp
                    canonical { hostname = "127.0.0.1", port = 0 }
                    advanced.connection-timeout = 1s
                  }
                }
              }
              """)
          .withFallback(ConfigFactory.load());

  @TempDir private Path temp;
  private TestCertificates farm;
  private final List<ActorSystem> systems = new ArrayList<>();
  private ActorSystem there;

  private static final class Somebody extends AbstractActor {
    @Override
    public Receive createReceive() {
      return emptyBehavior();
    }
  }

  @BeforeEach
  void start() {
    farm = new TestCertificates(temp.resolve("farm"));
    there = system(farm.of(PeerRole.COORDINATOR), PeerRole.COORDINATOR);
    there.actorOf(Props.create(Somebody.class, Somebody::new), "somebody");
  }

  @AfterEach
  void end() throws Exception {
    systems.forEach(ActorSystem::terminate);
    for (ActorSystem system : systems) {
      system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private ActorSystem system(Path folder, PeerRole role) {
    TlsIdentity identity = TlsIdentity.open(folder, role, InstantSource.system());
    ActorSystem system =
        ActorSystem.create(
            "farm",
            ActorSystemSetup.create(
                BootstrapSetup.create(SETTINGS), EncryptedLinks.setup(identity)));
    systems.add(system);
    return system;
  }

  private boolean reaches(ActorSystem from, Duration patience) {
    String address = ((ExtendedActorSystem) there).provider().getDefaultAddress().toString();
    return Patterns.ask(
            from.actorSelection(address + "/user/somebody"), new Identify("who"), patience)
        .handle(
            (answer, failure) ->
                answer instanceof ActorIdentity who ? who.getActorRef() : Optional.empty())
        .toCompletableFuture()
        .join()
        .isPresent();
  }

  @Test
  void message_betweenCoordinators_arrives() {
    var another = farm.add(PeerRole.COORDINATOR, "second");

    assertThat(reaches(system(another.folder(), PeerRole.COORDINATOR), Duration.ofSeconds(20)))
        .isTrue();
  }

  @Test
  void message_ofAWorkersCertificateOrAnotherFarms_doesNot() {
    var other = new TestCertificates(temp.resolve("other"));
    ActorSystem worker = system(farm.of(PeerRole.WORKER), PeerRole.WORKER);
    ActorSystem stranger = system(other.of(PeerRole.COORDINATOR), PeerRole.COORDINATOR);

    assertThat(reaches(worker, Duration.ofSeconds(2))).isFalse();
    assertThat(reaches(stranger, Duration.ofSeconds(2))).isFalse();
  }
}
