package dev.longtake.coordinator;

import dev.longtake.coordinator.catalog.StoryCatalog;
import dev.longtake.coordinator.dispatch.DispatchActor;
import dev.longtake.coordinator.dispatch.DispatchTimes;
import dev.longtake.coordinator.dispatch.ledger.Sharing;
import dev.longtake.coordinator.dispatch.ledger.UseStore;
import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.view.DispatchMeter;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.coordinator.story.actor.Stories;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What dispatch works with at this coordinator. */
record DispatchSetup(
    CoordinatorConfig config,
    RoomWatch room,
    StoryCatalog catalog,
    UseStore used,
    InstantSource clock,
    DispatchMeter meter) {

  /** How often dispatch hears from a coordinator, and looks for what was forgotten. */
  static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

  /** How long a new dispatch waits for stories of which nobody has told. */
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(10);

  /** Not those that assemble films: behind a film nothing would be dealt out. */
  private static final Executor THREADS = Thread::startVirtualThread;

  DispatchActor.Surroundings around(Supplier<Set<String>> members, Stories stories) {
    return new DispatchActor.Surroundings(
        stories,
        () -> CompletableFuture.supplyAsync(catalog::open, THREADS),
        () -> room.whyNothingIsLeased().isEmpty(),
        members,
        new DispatchTimes(
            config.lease().reconnect(),
            config.lease().timeout().plus(SETTLE_TIMEOUT),
            config.timing().answerTimeout(),
            CHECK_INTERVAL,
            SETTLE_TIMEOUT),
        meter,
        new Sharing(config.shares(), this::now, used, THREADS));
  }

  private Moment now() {
    return new Moment(clock.millis(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }
}
