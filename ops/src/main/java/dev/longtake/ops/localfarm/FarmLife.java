package dev.longtake.ops.localfarm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings a farm's programs up and down. Everything that it starts outlives it. */
final class FarmLife {

  /** Longer than a worker takes to leave, and a coordinator. */
  private static final Duration STOP_MAX = Duration.ofSeconds(40);

  private final FarmFolder folder;
  private final ProgramStarter starter;
  private final FarmPostgres postgres;
  private final Consumer<String> tell;
  private final HttpClient http = HttpClient.newHttpClient();
  private final FarmReadiness readiness;

  /**
   * Of the farm in this folder.
   *
   * @param home where this program was built
   * @param installed PostgreSQL's programs if they are not those from the jar
   * @param tell takes a line for a person now and then
   */
  FarmLife(FarmFolder folder, Path home, @Nullable Path installed, Consumer<String> tell) {
    this.folder = folder;
    this.starter = new ProgramStarter(home, folder);
    this.postgres = new FarmPostgres(folder, installed);
    this.tell = tell;
    this.readiness = new FarmReadiness(folder, http);
  }

  /**
   * Starts what does not run, and ends workers that are too many.
   *
   * @param wanted the farm as it is to be, with the programs that were started before
   * @throws LongtakeException if a part does not start, or is not ready in time; others stay
   */
  FarmRecord up(FarmRecord wanted) {
    FarmSecrets secrets = folder.readOrMakeSecrets();
    folder.write(wanted);
    if (!postgres.isUp()) {
      tell.accept("starting PostgreSQL");
      postgres.start(wanted.postgresPort(), starter.postgresJar(), secrets);
    }
    FarmRecord farm = startStorage(endFurtherWorkers(wanted), secrets);
    readiness.awaitStorage(farm);
    for (int i = 0; i < farm.coordinators().size(); i++) {
      String text = FarmSettings.coordinator(farm, i, folder, secrets) + folder.further();
      farm = start(farm, "coordinator", FarmRecord.coordinator(i), text);
    }
    readiness.awaitCoordinators(farm);
    for (String id : farm.workerNames()) {
      farm = start(farm, "worker", id, FarmSettings.worker(farm, id));
    }
    readiness.awaitWorkers(farm);
    return farm;
  }

  /** How each part is now. */
  List<FarmPart> status(FarmRecord farm) {
    List<FarmPart> parts = new ArrayList<>();
    parts.add(FarmPart.postgresql(address(farm.postgresPort()), postgres.pid()));
    parts.add(FarmPart.storage(address(farm.storagePort()), farm.pid(FarmRecord.STORAGE)));
    for (int i = 0; i < farm.coordinators().size(); i++) {
      FarmRecord.Ports ports = farm.coordinators().get(i);
      OptionalLong pid = farm.pid(FarmRecord.coordinator(i));
      boolean isLeader = pid.isPresent() && isLeader(ports);
      parts.add(FarmPart.coordinator(address(ports.listen()), pid, isLeader));
    }
    for (String id : farm.workerNames()) {
      parts.add(FarmPart.worker(id, farm.pid(id)));
    }
    return parts;
  }

  private boolean isLeader(FarmRecord.Ports ports) {
    return CoordinatorView.ask(http, ports.metrics()).map(CoordinatorView::isLeader).orElse(false);
  }

  /** Ends all, those first that need the others to end in order. */
  void down(FarmRecord farm) {
    end(farm, farm.programNames("worker-"));
    end(farm, farm.programNames("coordinator-"));
    end(farm, List.of(FarmRecord.STORAGE));
    if (postgres.isUp()) {
      tell.accept("ending PostgreSQL");
      postgres.stop();
    }
    folder.forget();
  }

  private FarmRecord endFurtherWorkers(FarmRecord farm) {
    List<String> further = new ArrayList<>(farm.programNames("worker-"));
    further.removeAll(farm.workerNames());
    end(farm, further);
    FarmRecord left = farm;
    for (String name : further) {
      left = left.withoutProgram(name);
    }
    return left;
  }

  private FarmRecord startStorage(FarmRecord farm, FarmSecrets secrets) {
    String name = FarmRecord.STORAGE;
    if (farm.process(name).isPresent()) {
      return farm;
    }
    tell.accept("starting the artifacts' storage");
    folder.write(folder.settings(name), FarmSettings.storage(farm, folder, secrets));
    return started(farm, name, starter.storage());
  }

  private FarmRecord start(FarmRecord farm, String command, String name, String settings) {
    if (farm.process(name).isPresent()) {
      return farm;
    }
    tell.accept("starting " + name);
    folder.write(folder.settings(name), settings);
    return started(farm, name, starter.longtake(command, name));
  }

  /** At once into the file, so that whatever comes next knows what to end. */
  private FarmRecord started(FarmRecord farm, String name, StartedProgram program) {
    FarmRecord more = farm.withProgram(name, program);
    folder.write(more);
    return more;
  }

  private void end(FarmRecord farm, List<String> names) {
    List<ProcessHandle> processes =
        names.stream().flatMap(name -> farm.process(name).stream()).toList();
    if (!processes.isEmpty()) {
      tell.accept("ending " + String.join(", ", names));
    }
    processes.forEach(ProcessHandle::destroy);
    processes.forEach(FarmLife::awaitEnd);
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      if (!FarmReadiness.isEnd(process, STOP_MAX)) {
        process.destroyForcibly();
        process.onExit().join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.CANCELLED, "interrupted", e);
    }
  }

  private static String address(int port) {
    return FarmRecord.HOST + ":" + port;
  }
}
