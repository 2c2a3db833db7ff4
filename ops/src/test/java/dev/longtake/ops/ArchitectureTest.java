package dev.longtake.ops;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the command may use of the modules it starts. */
class ArchitectureTest {

  private static final JavaClasses OPS = MainClasses.of("dev.longtake.ops");

  @Test
  void wire_inCommands_isUnknown() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.longtake.wire.v1..", "io.grpc..", "com.google.protobuf..")
        .because("the client library speaks for them")
        .check(OPS);
  }

  @Test
  void insideOfCoordinatorAndWorker_inCommands_isUnknown() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.longtake.coordinator.*..",
            "dev.longtake.render..",
            "dev.longtake.tensor..",
            "dev.longtake.weights..",
            "org.apache.pekko..",
            "com.hazelcast..")
        .because("Coordinator, Worker and the model's card are all a command needs")
        .check(OPS);
  }

  /** Public although no class of another package names them, and why. */
  private static final Map<String, String> PUBLIC_WITHOUT_USER =
      Map.ofEntries(
          Map.entry("dev.longtake.ops.Main", "the start script names it"),
          Map.entry("dev.longtake.ops.console.LogSetup", "logback makes it by its name"),
          Map.entry("dev.longtake.coordinator.journal.JournalSerializer", "pekko.conf names it"),
          Map.entry("dev.longtake.coordinator.journal.JournalConnections", "as JournalSerializer"),
          Map.entry("dev.longtake.coordinator.journal.JournalFiles", "H2 makes instances of it"),
          Map.entry("dev.longtake.postgres.LocalPostgres", "tests of every module start it"),
          Map.entry("dev.longtake.latent.LatentLimits", "constants are compiled into their users"),
          Map.entry("dev.longtake.picture.PictureLimits", "as LatentLimits"),
          Map.entry(
              "dev.longtake.coordinator.story.StoryRules",
              "properties of dispatch are tested on it"),
          Map.entry("dev.longtake.coordinator.dispatch.share.Terms", "as StoryRules"),
          Map.entry(
              "dev.longtake.coordinator.dispatch.Assignment",
              "properties of stories are tested with it"),
          Map.entry("dev.longtake.coordinator.dispatch.DispatchPolicy", "as Assignment"),
          Map.entry(
              "dev.longtake.coordinator.film.ArtifactSource",
              "the wiring gives it as a method reference"),
          Map.entry("dev.longtake.config.EmptyWord", "stands on components of records elsewhere"),
          Map.entry("dev.longtake.security.TlsFolder", "as LatentLimits"),
          Map.entry("dev.longtake.coordinator.Limits", "a section of the public CoordinatorConfig"),
          Map.entry("dev.longtake.security.issue.Authority", "tests forge certificates with it"),
          Map.entry("dev.longtake.config.Secret", "passwords and tokens are configured with it"),
          Map.entry(
              "dev.longtake.tensor.ReferenceBackend",
              "the definition that every backend is tested on"),
          Map.entry(
              "dev.longtake.sampling.EulerSampler",
              "the model is tested with it on the original's schedules"),
          Map.entry("dev.longtake.sampling.UniPcSampler", "as EulerSampler"),
          Map.entry("dev.longtake.denoise.SigmaTable", "as EulerSampler"),
          Map.entry("dev.longtake.weights.SafetensorsFile", "tests read their golden data with it"),
          Map.entry("dev.longtake.vae.ValueSink", "given as a lambda"),
          Map.entry(
              "dev.longtake.consistency.look.Box", "passed on from what finds to what cuts out"),
          Map.entry(
              "dev.longtake.coordinator.dispatch.NodeNews",
              "the test of what coordinators say to one another writes and reads it"),
          Map.entry(
              "dev.longtake.coordinator.notify.Notice",
              "its schema, which others write receivers by, is tested with it"),
          Map.entry("dev.longtake.ops.command.Submission", "whole farms are tested with it"));

  @Test
  void publicType_isUsedOutsideItsPackage() {
    JavaClasses all = MainClasses.of("dev.longtake");
    Set<String> used = new TreeSet<>();
    for (JavaClass user : all) {
      for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
        JavaClass type = dependency.getTargetClass().getBaseComponentType();
        if (!type.getPackageName().equals(user.getPackageName())) {
          used.add(topLevel(type.getName()));
        }
      }
    }
    Set<String> hidden = new TreeSet<>();
    for (JavaClass type : all) {
      if (type.getModifiers().contains(JavaModifier.PUBLIC)
          && type.isTopLevelClass()
          && !type.getPackageName().startsWith("dev.longtake.wire.v1")
          && !PUBLIC_WITHOUT_USER.containsKey(type.getName())
          && !used.contains(type.getName())) {
        hidden.add(type.getName());
      }
    }

    assertThat(hidden)
        .as("public types that no other package uses: take 'public' away, or say why it stays")
        .isEmpty();
  }

  @Test
  void files_ofAnyModule_haveNoCircles() {
    JavaClasses all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/dev/longtake/wire/v1/"))
            .importPackages("dev.longtake");

    SlicesRuleDefinition.slices()
        .assignedFrom(new Files())
        .should()
        .beFreeOfCycles()
        .because("who reads one file of a circle has to read all of it")
        .check(all);
  }

  /** Files or packages that a circle runs through, and why it stays. */
  private static final Map<String, String> CIRCLES =
      Map.of(
          "dev.longtake.coordinator.story", "an actor and its messages name each other",
          "dev.longtake.story.yaml.YamlMap", "a map has nodes, and a node may be a map");

  /** Classes by the file they are in. */
  private static final class Files implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String file = topLevel(type.getBaseComponentType().getName());
      return CIRCLES.keySet().stream().anyMatch(file::startsWith)
          ? SliceIdentifier.ignore()
          : SliceIdentifier.of(file);
    }

    @Override
    public String getDescription() {
      return "files";
    }
  }

  /** Components that a reader still takes in at a glance, and tells apart where they are listed. */
  private static final int COMPONENTS_MAX = 8;

  /** Records with more components, and why. */
  private static final Map<String, String> WIDE =
      Map.ofEntries(
          Map.entry(
              "dev.longtake.story.Shot", "what a story file says of a shot, one key a component"),
          Map.entry(
              "dev.longtake.picture.CodedPicture",
              "what the parts of a picture's file say, one part a component"),
          Map.entry("dev.longtake.ops.json.StatusJson", "what scripts read, one key a component"),
          Map.entry("dev.longtake.ops.json.StatusJson$Shot", "as StatusJson"),
          Map.entry("dev.longtake.ops.json.SummaryJson", "as StatusJson"),
          Map.entry("dev.longtake.ops.json.PlanJson", "as StatusJson"),
          Map.entry("dev.longtake.ops.json.ModelJson$Memory", "as StatusJson"),
          Map.entry("dev.longtake.ops.report.ReportJson", "as StatusJson"),
          Map.entry("dev.longtake.coordinator.notify.Notice$Story", "as StatusJson"),
          Map.entry("dev.longtake.coordinator.film.Manifest$ShotEntry", "as StatusJson"),
          Map.entry("dev.longtake.coordinator.film.Manifest$InputsEntry", "as StatusJson"),
          Map.entry("dev.longtake.coordinator.film.Manifest$FilmEntry", "as StatusJson"),
          Map.entry(
              "dev.longtake.coordinator.CoordinatorConfig",
              "one option of the coordinator a component"),
          Map.entry("dev.longtake.worker.WorkerConfig", "as CoordinatorConfig"),
          Map.entry(
              "dev.longtake.transformer.TransformerConfig",
              "the checkpoint's config.json, one key a component"),
          Map.entry("dev.longtake.vae.VaeConfig", "as TransformerConfig"),
          Map.entry("dev.longtake.text.TextEncoderConfig", "as TransformerConfig"),
          Map.entry("dev.longtake.text.TextEncoder$Block", "one tensor of the layer a component"),
          Map.entry(
              "dev.longtake.tensor.ConvSpec", "the sides of a convolution in the usual order"),
          Map.entry(
              "dev.longtake.tensor.cpu.MathThread$ConvShape", "what the native library asks for"),
          Map.entry(
              "dev.longtake.tensor.cpu.MathThread$MatmulKey", "what the native library asks for"));

  @Test
  void record_ofManyComponents_hasAReason() {
    Set<String> wide = new TreeSet<>();
    for (JavaClass type : MainClasses.of("dev.longtake")) {
      if (type.isRecord() && type.reflect().getRecordComponents().length > COMPONENTS_MAX) {
        wide.add(type.getName());
      }
    }

    assertThat(wide)
        .as(
            "records of more than %d components: make a record of those that belong together, or"
                + " say in WIDE why not; take out of WIDE what is narrow now",
            COMPONENTS_MAX)
        .isEqualTo(new TreeSet<>(WIDE.keySet()));
  }

  private static String topLevel(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  @Test
  void main_fromAnyClass_isNotUsed() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Main")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Main.class)
        .check(OPS);
  }
}
