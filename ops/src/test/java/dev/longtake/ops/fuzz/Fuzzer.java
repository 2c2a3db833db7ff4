package dev.longtake.ops.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries one target for as long as it is given, led by coverage: Jazzer, in a process of its own,
 * with what the target begins with. What leads further in stays in {@code target/fuzz}, and is
 * begun with the next time; an input that broke a promise goes to {@code src/test/resources/fuzz},
 * where {@code FuzzTest} tries it ever after.
 */
final class Fuzzer {

  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final int FINDINGS_MAX = 20;
  private static final Path WORK = Path.of("target/fuzz");

  /** What is measured: ours, and readers of text that ours are built on. */
  private static final String MEASURED =
      "dev.longtake.**:org.snakeyaml.**:com.typesafe.config.**:com.fasterxml.jackson.core.**";

  private Fuzzer() {}

  /** Where it is written how it went with a target. */
  static Path log(FuzzTarget target) {
    return WORK.resolve(target.name() + ".log");
  }

  /**
   * Tries it.
   *
   * @return 0 if it kept what it promises
   */
  static int run(FuzzTarget target, Duration length) throws IOException, InterruptedException {
    Path corpus = Inputs.folder(WORK.resolve(target.name()));
    List<byte[]> inputs = Inputs.of(target);
    for (int i = 0; i < inputs.size(); i++) {
      Inputs.write(corpus.resolve("seed-" + i), inputs.get(i));
    }
    return new ProcessBuilder(command(target, length, corpus))
        .redirectErrorStream(true)
        .redirectOutput(log(target).toFile())
        .start()
        .waitFor();
  }

  private static List<String> command(FuzzTarget target, Duration length, Path corpus) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-D" + FuzzEntry.TARGET + "=" + target.name());
    command.add(JAZZER);
    command.add("--target_class=" + FuzzEntry.class.getName());
    command.add("--instrumentation_includes=" + MEASURED);
    command.add("--instrumentation_excludes=dev.longtake.wire.v1.**");
    command.add("--custom_hook_includes=dev.longtake.**");
    command.add("--keep_going=" + FINDINGS_MAX);
    command.add("--reproducer_path=" + corpus);
    command.add("-max_total_time=" + length.toSeconds());
    command.add("-max_len=" + ByteChange.LENGTH_MAX);
    command.add("-timeout=30");
    command.add("-artifact_prefix=" + Inputs.folder(Inputs.kept(target.name())) + "/");
    command.add(corpus.toString());
    return command;
  }
}
