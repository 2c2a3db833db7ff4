package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.digest.Digest;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A farm of three coordinators, PostgreSQL, S3 and workers, as a new operator tries it. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class LocalFarmIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCRIPT = "ops/local-farm";

  @TempDir private Path folder;
  private Programs programs;
  private String data;

  @BeforeEach
  void openPrograms() {
    programs = new Programs(folder);
    data = folder.resolve("farm").toString();
  }

  @AfterEach
  void endPrograms() throws Exception {
    programs.close();
    if (Files.exists(folder.resolve("farm/farm.json"))) {
      programs.runScript(SCRIPT, "down", "--data", data);
    }
  }

  /**
   * The coordinator that leads is killed in the middle of a shot: the film's bytes are those of one
   * process. It is brought up again, and nothing is left after the end.
   */
  @Test
  void film_coordinatorThatLeadsKilled_isTheSame() throws Exception {
    Path story = TinyStory.write(folder, TinyStory.YAML.replace("steps: 3", "steps: 30"));
    Path alone = folder.resolve("alone");
    String farm = folder.resolve("farm-alone").toString();
    programs.run("render", story.toString(), "--out", alone.toString(), "--farm", farm);
    List<String> up = up();
    assertThat(count(up, "coordinator ")).isEqualTo(3);
    assertThat(count(up, "worker ")).isEqualTo(2);
    List<String> leaders = up.stream().filter(line -> line.endsWith(" leader")).toList();
    assertThat(leaders).hasSize(1);
    String addresses =
        up.stream()
            .filter(line -> line.startsWith("coordinator "))
            .map(line -> word(line, 1))
            .collect(Collectors.joining(","));
    String id = programs.run("submit", story.toString(), "--coordinator", addresses).strip();

    JsonNode last = watchAndKill(id, addresses, pid(leaders.getFirst()));

    assertThat(last.path("state").asText()).as("%s", last).isEqualTo("SUCCEEDED");
    Path out = folder.resolve("fetched");
    programs.run("fetch", id, "--coordinator", addresses, "--out", out.toString());
    assertThat(Digest.of(Files.readAllBytes(out.resolve("film.mp4"))))
        .isEqualTo(Digest.of(Files.readAllBytes(alone.resolve("film.mp4"))));
    List<String> again = up();
    assertThat(again).hasSameSizeAs(up).noneMatch(line -> line.endsWith(" down"));
    programs.runScript(SCRIPT, "down", "--data", data);
    assertThat(again).noneMatch(line -> ProcessHandle.of(pid(line)).isPresent());
  }

  private List<String> up() throws Exception {
    return programs
        .runScript(
            SCRIPT, "up", "--data", data, "--coordinators", "3", "--workers", "2", "--threads", "1")
        .lines()
        .toList();
  }

  /** Kills a process after the story's first steps; gives the last of its states. */
  private JsonNode watchAndKill(String id, String addresses, long leader) throws Exception {
    BufferedReader statuses =
        programs.start("watch", id, "--coordinator", addresses, "--json").inputReader();
    JsonNode last = JSON.createObjectNode();
    boolean isKilled = false;
    for (String line = statuses.readLine(); line != null; line = statuses.readLine()) {
      last = JSON.readTree(line);
      if (!isKilled && last.path("shots").path(0).path("stepsDone").asInt() > 0) {
        isKilled = ProcessHandle.of(leader).orElseThrow().destroyForcibly();
      }
    }
    assertThat(isKilled).isTrue();
    return last;
  }

  private static long count(List<String> lines, String start) {
    return lines.stream().filter(line -> line.startsWith(start)).count();
  }

  private static long pid(String line) {
    return Long.parseLong(word(line, 2));
  }

  private static String word(String line, int index) {
    return List.of(line.split(" ", -1)).get(index);
  }
}
