package dev.longtake.ops.packaging;

import dev.longtake.ops.console.ExitCode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The steps of {@code ops/package} that a script would be long for. */
@Command(
    name = "packaging",
    description = "Steps of ops/package.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class PackagingCommand {

  private static final String JRE_LICENCE = "GPL-2.0-only WITH Classpath-exception-2.0";

  @Command(
      description = "Completes and checks the list of a package's parts, and writes it twice.",
      mixinStandardHelpOptions = true)
  int parts(
      @Option(names = "--bom", required = true, description = "The list, by Maven.") Path bom,
      @Option(names = "--lib", required = true, description = "The folder of jars.") Path lib,
      @Option(names = "--licences", required = true, description = "Corrections.") Path licences,
      @Option(names = "--jre", description = "Version of the Java inside, if there is one.")
          @Nullable String jre,
      @Option(names = "--debian", description = "Debian's packages inside: NAME=VERSION.")
          @Nullable List<String> debian,
      @Option(names = "--out", required = true, description = "The folder for both lists.")
          Path out)
      throws IOException {
    BillOfMaterials list = BillOfMaterials.of(Files.readString(bom));
    list.correct(corrections(licences));
    list.check(jars(lib));
    Set<String> packed = jars(lib);
    Set<String> lines =
        list.jars().stream()
            .filter(part -> packed.contains(part.file()))
            .map(Part::line)
            .collect(Collectors.toCollection(TreeSet::new));
    if (jre != null) {
      Part java = new Part("Eclipse Temurin", jre, "jre/", List.of(JRE_LICENCE));
      list.add(java, "pkg:generic/temurin@" + jre.replace("+", "%2B"));
      lines.add(java.line());
    }
    for (String written : debian == null ? List.<String>of() : debian) {
      int at = written.indexOf('=');
      Part part =
          new Part(
              written.substring(0, at),
              written.substring(at + 1),
              "Debian",
              List.of("LicenseRef-Debian-copyright-file"));
      list.add(
          part,
          "pkg:deb/debian/%s@%s?arch=amd64"
              .formatted(part.name(), part.version().replace("+", "%2B")));
      lines.add(part.line());
    }
    Files.createDirectories(out);
    Files.writeString(out.resolve("sbom.cdx.json"), list.json());
    Files.writeString(out.resolve("third-party.txt"), String.join("\n", lines) + "\n");
    return ExitCode.OK;
  }

  @Command(
      description = "Adds a container image to a folder of images.",
      mixinStandardHelpOptions = true)
  int image(
      @Option(names = "--name", required = true, description = "Its name.") String name,
      @Option(names = "--layer", required = true, description = "A tar, the lowest first.")
          List<Path> layers,
      @Option(names = "--created", required = true, description = "Its time.") String created,
      @Option(names = "--port", description = "Such as 7470/tcp.") @Nullable List<String> ports,
      @Option(names = "--env", description = "NAME=VALUE.") @Nullable List<String> environment,
      @Option(names = "--entry", required = true, description = "A word of what is started.")
          List<String> entrypoint,
      @Option(names = "--label", description = "NAME=VALUE.") @Nullable Map<String, String> labels,
      @Option(names = "--out", required = true, description = "The folder.") Path out)
      throws IOException {
    ImageSpec.Run run =
        new ImageSpec.Run(
            "64646:64646",
            ports == null ? List.of() : ports,
            environment == null ? List.of() : environment,
            entrypoint,
            "/var/lib/longtake");
    new OciLayout(out)
        .add(
            new ImageSpec(
                name, layers, run, labels == null ? Map.of() : labels, Instant.parse(created)));
    return ExitCode.OK;
  }

  private static Map<String, String> corrections(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(key -> key, properties::getProperty));
  }

  private static Set<String> jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
