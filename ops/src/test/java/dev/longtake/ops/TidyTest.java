package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.ops.console.Console;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Rules about the repository itself that no compiler checks. Each message names the remedy. */
class TidyTest {

  /**
   * A call that has one allowed place.
   *
   * @param allowed the files in which it may stand
   * @param remedy what to do instead
   */
  record Rule(String name, Pattern call, Predicate<String> allowed, String remedy) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Files in which a switch has a default, because others can add to what it is over. */
  private static final Set<String> DEFAULT_ALLOWED =
      Set.of(
          // Any exception.
          "dev/longtake/wire/GrpcErrors.java",
          "dev/longtake/render/transfer/Futures.java",
          "dev/longtake/render/transfer/Uploads.java",
          "dev/longtake/tensor/cpu/TilePool.java",
          "dev/longtake/tensor/cuda/kernel/NativeLibrary.java",
          // Nodes and events of the YAML library.
          "dev/longtake/story/yaml/YamlNodes.java",
          "dev/longtake/story/yaml/YamlText.java",
          // Values of any class, and any text that a person wrote.
          "dev/longtake/config/EffectiveText.java",
          "dev/longtake/config/Form.java",
          // Classes that published checkpoints name.
          "dev/longtake/checkpoint/SchedulerSettings.java",
          // What Pekko hands over, and the names that stand in a journal.
          "dev/longtake/coordinator/journal/JournalSerializer.java",
          // Tags, kinds of blocks and functions in pictures.
          "dev/longtake/picture/IccProfile.java",
          "dev/longtake/picture/Orientation.java",
          "dev/longtake/picture/PngParts.java",
          "dev/longtake/picture/Transfer.java",
          "dev/longtake/picture/WebpParts.java",
          // Field numbers and keys of files that others write, and may add to.
          "dev/longtake/text/SentencePieceFile.java",
          "dev/longtake/weights/SafetensorsHeader.java");

  static Stream<Rule> rules() {
    return Stream.of(
        new Rule(
            "System.out",
            Pattern.compile("\\bSystem\\.(out|err)\\b"),
            file ->
                file.endsWith("dev/longtake/ops/console/Console.java")
                    || file.endsWith("dev/longtake/ops/console/LogSetup.java")
                    || file.contains("/src/test/")
                    || file.contains("/src/bench/"),
            "print through Console in ops; log through SLF4J elsewhere"),
        new Rule(
            "Thread.sleep",
            Pattern.compile("\\bThread\\.sleep\\("),
            file -> file.endsWith("dev/longtake/client/Retries.java"),
            "wait for the event itself (a future, a queue, a latch with a deadline)"),
        new Rule(
            "Instant.now",
            Pattern.compile("\\bInstant\\.now\\(\\)|\\bSystem\\.currentTimeMillis\\("),
            file -> false,
            "take a java.time.InstantSource as an argument; InstantSource.system() is made by the"
                + " wiring"),
        new Rule(
            "chance without a seed",
            Pattern.compile(
                "\\bnew (Splittable)?Random\\(\\)|\\bMath\\.random\\(|\\bThreadLocalRandom\\b"),
            file -> false,
            "take a seed, and draw from SplittableRandom or KeyedNoise"),
        new Rule(
            "printStackTrace",
            Pattern.compile("\\.printStackTrace\\(\\)"),
            file -> false,
            "log the exception once, at the boundary"),
        new Rule(
            "default in a switch",
            Pattern.compile("\\bdefault\\s*(->|:)"),
            file ->
                !file.contains("/src/main/") || DEFAULT_ALLOWED.stream().anyMatch(file::endsWith),
            "name every case, so that a new word or kind does not compile until it is thought of"
                + " here; over what is not ours (exceptions, numbers of a file format, another"
                + " library's types) list the file in DEFAULT_ALLOWED with the reason"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void call_outsideItsPlace_isAbsent(Rule rule) {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files(".java")) {
      String name = Repository.name(file);
      if (rule.allowed().test(name) || name.endsWith("/TidyTest.java")) {
        continue;
      }
      List<String> lines = Repository.read(file).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (rule.call().matcher(lines.get(i)).find() && !isComment(lines.get(i))) {
          found.add(name + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }

    assertThat(found).as(rule.remedy()).isEmpty();
  }

  private static boolean isComment(String line) {
    String stripped = line.strip();
    return stripped.startsWith("*") || stripped.startsWith("//") || stripped.startsWith("/*");
  }

  @Test
  void everyPackage_hasAPackageInfo() {
    Set<String> without =
        Repository.files(".java").stream()
            .filter(file -> Repository.name(file).contains("/src/main/java/"))
            .map(Path::getParent)
            .filter(folder -> !isDescribed(folder.resolve("package-info.java")))
            .map(Repository::name)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(without)
        .as(
            "add a package-info.java: one paragraph (what lives here, what it may use),"
                + " @NullMarked")
        .isEmpty();
  }

  /** Source files of one package, its description included. */
  private static final int FILES_MAX = 25;

  @Test
  void everyPackage_fitsOnAScreen() {
    Map<String, Long> sizes =
        Repository.files(".java").stream()
            .map(Repository::name)
            .filter(name -> name.contains("/src/main/java/"))
            .collect(
                Collectors.groupingBy(
                    name -> name.substring(0, name.lastIndexOf('/')),
                    TreeMap::new,
                    Collectors.counting()));
    sizes.values().removeIf(count -> count <= FILES_MAX);

    assertThat(sizes)
        .as(
            "at most %d files a package: move a part that has a name of its own into a package"
                + " below or beside it, with a package-info.java",
            FILES_MAX)
        .isEmpty();
  }

  private static boolean isDescribed(Path packageInfo) {
    if (!Files.isRegularFile(packageInfo)) {
      return false;
    }
    String text = Repository.read(packageInfo);
    return text.startsWith("/**") && text.contains("@NullMarked");
  }

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|src=\"([^\"]+)\"");

  @Test
  void everyLinkInMarkdown_leadsSomewhere() {
    List<String> dead = new ArrayList<>();
    for (Path file : Repository.files(".md")) {
      Matcher link = LINK.matcher(Repository.read(file).replaceAll("(?s)```.*?```", ""));
      while (link.find()) {
        String target = link.group(1) != null ? link.group(1) : link.group(2);
        if (!leadsSomewhere(file, target)) {
          dead.add(Repository.name(file) + ": " + target);
        }
      }
    }

    assertThat(dead).as("dead links; mend or remove them").isEmpty();
  }

  private static boolean leadsSomewhere(Path file, String target) {
    if (target.matches("(https?|mailto):.*")) {
      return true;
    }
    int anchor = target.indexOf('#');
    String path = anchor < 0 ? target : target.substring(0, anchor);
    Path page =
        path.isEmpty()
            ? file
            : file.resolveSibling(URLDecoder.decode(path, StandardCharsets.UTF_8)).normalize();
    if (!Files.exists(page)) {
      return false;
    }
    return anchor < 0 || headings(page).contains(target.substring(anchor + 1));
  }

  /** The anchors of a page's headings, as repository hosts make them. */
  private static Set<String> headings(Path page) {
    return Repository.read(page)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(
            line ->
                line.replaceFirst("^#+ *", "")
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static final Pattern METRIC = Pattern.compile("\"(longtake_[a-z_]+)\"");

  @Test
  void everyMetric_isInTheDocs() {
    String docs = Repository.read(Repository.ROOT.resolve("ops/docs/metrics.md"));
    Set<String> missing = new TreeSet<>();
    for (Path file : Repository.files(".java")) {
      if (!Repository.name(file).contains("/src/main/java/")) {
        continue;
      }
      Matcher metric = METRIC.matcher(Repository.read(file));
      while (metric.find()) {
        // The client adds _total to the names of counters by itself.
        if (!docs.contains("`" + metric.group(1) + "`")
            && !docs.contains("`" + metric.group(1) + "_total`")) {
          missing.add(metric.group(1) + " (" + Repository.name(file) + ")");
        }
      }
    }

    assertThat(missing).as("describe these in ops/docs/metrics.md").isEmpty();
  }

  @Test
  void everyCommandAndOption_isInTheDocs() {
    String docs = Repository.read(Repository.ROOT.resolve("ops/docs/cli.md"));
    List<String> missing = new ArrayList<>();
    for (CommandLine command : Main.commandLine(Console.system()).getSubcommands().values()) {
      if (command.getCommandSpec().usageMessage().hidden()) {
        continue;
      }
      String section = section(docs, "longtake " + command.getCommandName());
      if (section.isEmpty()) {
        missing.add(command.getCommandName());
      }
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (!option.hidden()
            && !option.inherited()
            && !option.usageHelp()
            && !option.versionHelp()
            && !section.contains("`" + option.longestName())) {
          missing.add(command.getCommandName() + " " + option.longestName());
        }
      }
    }

    assertThat(missing).as("describe these in ops/docs/cli.md, in the command's section").isEmpty();
  }

  /** A heading's text up to the next heading of the same level; empty if there is none. */
  private static String section(String docs, String heading) {
    Matcher section =
        Pattern.compile("(?ms)^## `" + Pattern.quote(heading) + "[^\\n]*\\n(.*?)(?=^## |\\z)")
            .matcher(docs);
    return section.find() ? section.group(1) : "";
  }

  @Test
  void everySchema_isLinkedFromTheDocs() {
    String pages =
        Repository.files(".md").stream().map(Repository::read).collect(Collectors.joining());
    List<String> unlinked =
        Repository.files(".schema.json").stream()
            .map(Repository::name)
            .filter(name -> !pages.contains(name.substring(name.lastIndexOf('/') + 1) + ")"))
            .toList();

    assertThat(unlinked).as("link these schemas from a page in ops/docs").isEmpty();
  }

  @Test
  void jvmArgs_areThoseOfTheTests() {
    List<String> started =
        Repository.read(Repository.ROOT.resolve("ops/conf/jvm.args"))
            .lines()
            .filter(line -> line.startsWith("--"))
            .toList();
    Matcher tested =
        Pattern.compile("(?s)<jvm.flags>(.*?)</jvm.flags>")
            .matcher(Repository.read(Repository.ROOT.resolve("pom.xml")));

    assertThat(tested.find()).isTrue();
    assertThat(tested.group(1).strip().split("\\s+"))
        .as("ops/conf/jvm.args and jvm.flags in pom.xml must hold the same flags")
        .containsExactlyInAnyOrderElementsOf(started);
  }

  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![A-Za-z0-9._$}/-])/(home|root|work)/[A-Za-z]");

  @Test
  void noFile_namesAPathOfOneMachine() {
    List<String> found =
        Stream.of(".java", ".md", ".yaml", ".sh", ".py", ".xml", ".args")
            .flatMap(ending -> Repository.files(ending).stream())
            .filter(file -> MACHINE_PATH.matcher(Repository.read(file)).find())
            .map(Repository::name)
            .toList();

    assertThat(found).as("use a path relative to the repository").isEmpty();
  }
}
