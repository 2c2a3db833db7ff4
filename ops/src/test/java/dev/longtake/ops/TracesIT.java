package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.testing.OtlpReceiver;
import dev.longtake.testing.OtlpReceiver.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A film by a coordinator and two workers, each a process, that send traces to a receiver. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class TracesIT {

  @TempDir private Path folder;

  /**
   * One trace, whose parts all hang together; each attempt is there once, and what the worker says
   * of it is below it. A story that was known already is a trace of its own without attempts.
   */
  @Test
  void traces_ofTwoFilms_areOneEachOverAllProcesses() throws Exception {
    try (var receiver = new OtlpReceiver();
        var programs = new Programs(folder)) {
      Path settings =
          Files.writeString(
              folder.resolve("traces.conf"),
              "traces.endpoint = \"%s\"".formatted(receiver.address()));
      Process coordinator =
          programs.start(
              "coordinator",
              "--data",
              folder.resolve("data").toString(),
              "--port=0",
              "--metrics-port=-1",
              "--web-port=-1",
              "--config",
              settings.toString());
      String address = coordinator.inputReader().readLine().replace("listening on ", "");
      List<Process> workers =
          List.of(
              worker(programs, "left", address, settings),
              worker(programs, "right", address, settings));
      Path story = TinyStory.write(folder);
      render(programs, story, address);
      TinyStory.write(folder, TinyStory.YAML.replace("Tiny", "Known"));
      render(programs, story, address);
      stop(workers);
      stop(List.of(coordinator));

      Map<String, List<Received>> traces =
          receiver.received().stream().collect(Collectors.groupingBy(Received::traceId));
      assertThat(traces).hasSize(2);
      traces.values().forEach(TracesIT::checkTree);
      List<Received> rendered =
          traces.values().stream().filter(it -> !named(it, "chunk").isEmpty()).findFirst().get();
      checkAttempts(rendered);
      assertThat(named(rendered, "shot")).hasSize(2);
      assertThat(rendered)
          .extracting(Received::name)
          .contains("plan", "join", "clip", "film", "inputs", "decode", "upload");
      List<Received> known =
          traces.values().stream().filter(it -> named(it, "chunk").isEmpty()).findFirst().get();
      assertThat(known).noneMatch(span -> span.service().equals("longtake-worker"));
      assertThat(receiver.received().toString()).doesNotContain("rhino").doesNotContain("Known");
    }
  }

  private Process worker(Programs programs, String id, String coordinator, Path settings)
      throws Exception {
    return programs.start(
        "worker",
        "--coordinator",
        coordinator,
        "--id",
        id,
        "--threads=1",
        "--config",
        settings.toString());
  }

  private static void render(Programs programs, Path story, String coordinator) throws Exception {
    String id = programs.run("submit", story.toString(), "--coordinator", coordinator).strip();
    programs.run("watch", id, "--coordinator", coordinator);
  }

  /** As a service manager stops them. */
  private static void stop(List<Process> processes) throws InterruptedException {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      process.waitFor();
    }
  }

  private static List<Received> named(List<Received> spans, String... names) {
    return spans.stream().filter(span -> Set.of(names).contains(span.name())).toList();
  }

  private static void checkTree(List<Received> trace) {
    Map<String, Received> byId =
        trace.stream().collect(Collectors.toMap(Received::spanId, Function.identity()));
    List<Received> roots = trace.stream().filter(span -> span.parentId().isEmpty()).toList();

    assertThat(roots).extracting(Received::name).containsExactly("story");
    assertThat(trace)
        .extracting(span -> span.fact("longtake.story"))
        .containsOnly(roots.getFirst().fact("longtake.story"));
    for (Received span : trace) {
      assertThat(span.parentId().isEmpty() || byId.containsKey(span.parentId()))
          .as("parent of %s", span)
          .isTrue();
      assertThat(span.times().isFailed()).as("%s", span).isFalse();
      assertThat(parentName(byId, span)).isIn(PARENTS.get(span.name()));
    }
  }

  private static final Map<String, Set<String>> PARENTS =
      Map.ofEntries(
          Map.entry("story", Set.of("")),
          Map.entry("plan", Set.of("story")),
          Map.entry("shot", Set.of("story")),
          Map.entry("film", Set.of("story")),
          Map.entry("chunk", Set.of("shot")),
          Map.entry("join", Set.of("shot")),
          Map.entry("segment", Set.of("shot")),
          Map.entry("clip", Set.of("shot")),
          Map.entry("work", Set.of("chunk", "segment")),
          Map.entry("inputs", Set.of("work")),
          Map.entry("decode", Set.of("work")),
          Map.entry("checkpoint", Set.of("work")),
          Map.entry("upload", Set.of("work")));

  private static String parentName(Map<String, Received> byId, Received span) {
    return span.parentId().isEmpty() ? "" : byId.get(span.parentId()).name();
  }

  private static String attempt(Received span) {
    return span.facts().entrySet().stream()
        .filter(
            fact ->
                Set.of("longtake.shot", "longtake.chunk", "longtake.segment", "longtake.attempt")
                    .contains(fact.getKey()))
        .toList()
        .toString();
  }

  private static void checkAttempts(List<Received> trace) {
    List<Received> ordered = named(trace, "chunk", "segment");
    List<Received> worked = named(trace, "work");

    assertThat(ordered).extracting(TracesIT::attempt).doesNotHaveDuplicates().isNotEmpty();
    assertThat(worked)
        .extracting(TracesIT::attempt)
        .containsExactlyInAnyOrderElementsOf(ordered.stream().map(TracesIT::attempt).toList());
    for (Received work : worked) {
      Received above =
          ordered.stream().filter(it -> it.spanId().equals(work.parentId())).findFirst().get();
      assertThat(attempt(work)).isEqualTo(attempt(above));
      assertThat(work.service()).isEqualTo("longtake-worker");
      assertThat(above.service()).isEqualTo("longtake-coordinator");
      assertThat(work.instance()).isEqualTo(above.fact("longtake.worker"));
    }
    List<Received> chunks =
        worked.stream().filter(it -> !it.fact("longtake.chunk").isEmpty()).toList();
    assertThat(chunks).allMatch(it -> it.fact("longtake.steps_done").equals("3"));
    assertThat(chunks).allMatch(it -> it.times().events().equals(List.of("step", "step", "step")));
  }
}
