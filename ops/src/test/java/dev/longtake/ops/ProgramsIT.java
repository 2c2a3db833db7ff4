package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.digest.Digest;
import dev.longtake.ops.console.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs themselves, started with the script that people start them with. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ProgramsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STEPS = 30;
  private static final int CHUNKS = 3;
  private static final int CHECKPOINT_STEPS = 3;

  @TempDir private Path folder;
  private Programs programs;
  private Path story;

  @BeforeEach
  void writeStory() throws IOException {
    programs = new Programs(folder);
    // Enough steps that there is a middle to be killed in, with a checkpoint behind and much ahead.
    story = TinyStory.write(folder, TinyStory.YAML.replace("steps: 3", "steps: " + STEPS));
  }

  @AfterEach
  void endPrograms() {
    programs.close();
  }

  /**
   * A coordinator and workers as processes of their own; the first worker is killed while it holds
   * chunks and the store their checkpoints, and a second one joins: it goes on from these. Then the
   * same again, with every process killed. Each film is the one that a single process renders,
   * without checkpoints, although that was interrupted.
   */
  @Test
  void film_processesKilledOrRenderInterrupted_isTheSame() throws Exception {
    String expected = filmDigest(interruptedThenRenderedAgain());

    // Its own folder: in that of the rendering it would find the shots and render nothing.
    String address = address(coordinator("other-farm"));
    String id = programs.run("submit", story.toString(), "--coordinator", address).strip();
    BufferedReader statuses = watch(id, address);
    JsonNode last = JSON.readTree(statuses.readLine());
    assertThat(last.path("state").asText()).isEqualTo("PENDING");
    Process victim = worker(address, "victim");
    Optional<URI> metrics = Optional.empty();
    for (String line = statuses.readLine(); line != null; line = statuses.readLine()) {
      last = JSON.readTree(line);
      if (metrics.isEmpty() && stepsKept(last) > 0) {
        victim.destroyForcibly().waitFor(); // SIGKILL
        metrics = Optional.of(metrics(worker(address, "survivor", "--metrics-port", "0")));
      }
    }

    assertThat(metrics).isPresent();
    assertSavedSteps(counters(metrics.orElseThrow()));
    assertThat(last.path("state").asText()).as("%s", last).isEqualTo("SUCCEEDED");
    assertThat(last.path("shots")).noneMatch(shot -> shot.path("reused").asBoolean());
    Path out = folder.resolve("fetched");
    programs.run("fetch", id, "--coordinator", address, "--out", out.toString());
    assertThat(filmDigest(out)).isEqualTo(expected);

    everyProcessKilled_goesOnFromTheArchive(expected);
  }

  private static void assertSavedSteps(Map<String, Double> counters) {
    assertThat(counters.get("longtake_checkpoints_resumed_total")).isPositive();
    // Without checkpoints it would have had to compute the saved steps too.
    double saved = counters.get("longtake_denoise_steps_saved_total");
    assertThat(saved).isGreaterThanOrEqualTo(CHECKPOINT_STEPS);
    assertThat(counters.get("longtake_denoise_steps_total"))
        .isLessThanOrEqualTo(CHUNKS * STEPS - saved);
  }

  /** Nothing is left but what is on the disk: all chunks of a shot go on from their common step. */
  private void everyProcessKilled_goesOnFromTheArchive(String expected) throws Exception {
    Process coordinator = coordinator("killed-farm");
    String address = address(coordinator);
    String id = programs.run("submit", story.toString(), "--coordinator", address).strip();
    Process watcher = programs.start("watch", id, "--coordinator", address, "--json");
    List<Process> all =
        List.of(coordinator, worker(address, "first"), worker(address, "second"), watcher);
    JsonNode last = JSON.readTree(watcher.inputReader().readLine());
    // All chunks of the first shot have one behind them, and steps to go.
    while (last.path("shots").path(0).path("stepsKept").asInt() < 2 * CHECKPOINT_STEPS) {
      last = JSON.readTree(watcher.inputReader().readLine());
    }
    all.forEach(Process::destroyForcibly); // SIGKILL
    all.forEach(process -> process.onExit().join());
    assertThat(last.path("state").asText()).isEqualTo("RUNNING");

    String next = address(coordinator("killed-farm"));
    List<URI> workers = new ArrayList<>();
    for (String name : List.of("third", "fourth")) {
      workers.add(metrics(worker(next, name, "--metrics-port", "0")));
    }
    BufferedReader statuses = watch(id, next);
    for (String line = statuses.readLine(); line != null; line = statuses.readLine()) {
      last = JSON.readTree(line);
    }

    assertThat(last.path("state").asText()).as("%s", last).isEqualTo("SUCCEEDED");
    assertSavedSteps(sums(workers));
    assertThat(folder.resolve("killed-farm/checkpoints")).isEmptyDirectory();
    Path out = folder.resolve("fetched-after");
    assertThat(programs.run("report", id, "--coordinator", next, "--out", out.toString()))
        .contains("Film ", "Seams ");
    assertThat(filmDigest(out)).isEqualTo(expected);
  }

  private static Map<String, Double> sums(List<URI> workers) throws Exception {
    Map<String, Double> sums = new HashMap<>();
    for (URI worker : workers) {
      counters(worker).forEach((name, value) -> sums.merge(name, value, Double::sum));
    }
    return sums;
  }

  private Process coordinator(String data) throws IOException {
    return programs.start(
        "coordinator",
        "--port",
        "0",
        "--metrics-port",
        "-1",
        "--web-port",
        "-1",
        "--data",
        folder.resolve(data).toString(),
        "--checkpoint-steps",
        Integer.toString(CHECKPOINT_STEPS));
  }

  private static String address(Process coordinator) throws IOException {
    return coordinator.inputReader().readLine().replace("listening on ", "");
  }

  private BufferedReader watch(String id, String address) throws IOException {
    return programs.start("watch", id, "--coordinator", address, "--json").inputReader();
  }

  /** Interrupts a rendering after its first step, and gives the same command again. */
  private Path interruptedThenRenderedAgain() throws Exception {
    Path out = folder.resolve("out");
    String[] command = {
      "render",
      story.toString(),
      "--json",
      "--compare-exchange",
      "--out",
      out.toString(),
      "--farm",
      folder.resolve("farm").toString()
    };
    Process first = programs.start(command);
    BufferedReader lines = first.inputReader();
    String line = lines.readLine();
    while (stepsDone(JSON.readTree(line)) == 0) {
      line = lines.readLine();
    }
    first.destroy(); // SIGTERM, which ends it in the same way as Ctrl-C
    assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(first.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(Files.readString(programs.errors(1))).contains("goes on from there");
    assertThat(out.resolve("film.mp4")).doesNotExist();

    String said = programs.run(command);

    JsonNode result = JSON.readTree(said.lines().toList().getLast());
    assertThat(result.path("frameCount").asInt()).isEqualTo(TinyStory.FRAME_COUNT);
    assertThat(result.path("sha256").asText()).isEqualTo(filmDigest(out));
    assertThat(result.path("seamMedianRatioExchangeOff").asDouble()).isPositive();
    assertThat(filmDigest(out.resolve("exchange-off"))).isNotEqualTo(filmDigest(out));
    return out;
  }

  private static int stepsDone(JsonNode status) {
    return sum(status, "stepsDone");
  }

  private static int stepsKept(JsonNode status) {
    return sum(status, "stepsKept");
  }

  private static int sum(JsonNode status, String field) {
    int sum = 0;
    for (JsonNode shot : status.path("shots")) {
      sum += shot.path(field).asInt();
    }
    return sum;
  }

  /** Where a worker says that it answers {@code /metrics}. */
  private static URI metrics(Process worker) throws IOException {
    BufferedReader said = worker.inputReader();
    String line = said.readLine();
    while (!line.startsWith("metrics on ")) {
      line = said.readLine();
    }
    return URI.create(line.replace("metrics on ", ""));
  }

  /** Every meter without labels, by name. */
  private static Map<String, Double> counters(URI metrics) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String text =
          http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
      Map<String, Double> counters = new HashMap<>();
      for (String line : text.lines().toList()) {
        int space = line.indexOf(' ');
        if (!line.startsWith("#") && !line.contains("{")) {
          counters.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        }
      }
      return counters;
    }
  }

  private static String filmDigest(Path filmFolder) throws IOException {
    JsonNode manifest = JSON.readTree(filmFolder.resolve("manifest.json").toFile());
    String digest = manifest.path("film").path("sha256").asText();
    byte[] film = Files.readAllBytes(filmFolder.resolve("film.mp4"));
    assertThat(Digest.of(film).hex()).isEqualTo(digest);
    return digest;
  }

  private Process worker(String address, String id, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("worker", "--coordinator", address, "--id", id, "--threads", "1"));
    arguments.addAll(List.of(more));
    return programs.start(arguments.toArray(String[]::new));
  }
}
