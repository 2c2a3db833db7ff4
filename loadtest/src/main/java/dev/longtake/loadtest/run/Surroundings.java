package dev.longtake.loadtest.run;

import dev.longtake.loadtest.client.StoryBook;
import dev.longtake.loadtest.client.StoryClients;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.history.Backlog;
import dev.longtake.loadtest.history.Latencies;
import dev.longtake.loadtest.history.LeaseHistory;
import dev.longtake.loadtest.scenario.Scenario;
import dev.longtake.loadtest.worker.Incidents;
import dev.longtake.loadtest.worker.Lines;
import dev.longtake.loadtest.worker.Simulation;
import dev.longtake.loadtest.worker.Timers;
import dev.longtake.loadtest.worker.WorkerFleet;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** A farm under load: coordinator, workers, clients, in the order in which they need each other. */
final class Surroundings implements AutoCloseable {

  final CoordinatorProcess coordinator;
  final Timers timers = new Timers();
  final LeaseHistory history = new LeaseHistory();
  final Backlog backlog = new Backlog();
  final Latencies latencies = Latencies.none();
  final StoryBook book = new StoryBook();
  final Incidents incidents;
  final Lines lines;
  final Simulation simulation;
  final StoryClients clients;
  final WorkerFleet fleet;

  Surroundings(Plan plan, CoordinatorProcess.Start start) {
    Scenario scenario = plan.scenario();
    coordinator =
        CoordinatorProcess.start(
            start.with(
                scenario
                    .keep()
                    .map(time -> "storage.room.keep = %d ms\n".formatted(time.toMillis()))
                    .orElse("")));
    Path films = start.folder();
    incidents = new Incidents(scenario.workers());
    lines = new Lines(coordinator.port(), plan.connections());
    simulation =
        new Simulation(
            lines,
            timers,
            new AtomicReference<>(scenario.times()),
            history,
            backlog,
            latencies,
            incidents);
    clients = new StoryClients(coordinator.port(), book, backlog, latencies, films);
    fleet = new WorkerFleet(simulation, scenario.workers(), plan.seed());
  }

  @Override
  public void close() {
    clients.close();
    fleet.close();
    timers.close();
    lines.close();
    coordinator.close();
  }
}
