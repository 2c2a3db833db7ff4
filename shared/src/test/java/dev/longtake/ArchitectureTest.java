package dev.longtake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom in {@code shared}. */
class ArchitectureTest {

  private static final String[] PURE = {
    "dev.longtake.binary",
    "dev.longtake.consistency",
    "dev.longtake.consistency.look",
    "dev.longtake.denoise",
    "dev.longtake.digest",
    "dev.longtake.draft",
    "dev.longtake.error",
    "dev.longtake.latent",
    "dev.longtake.lease",
    "dev.longtake.picture",
    "dev.longtake.plan",
    "dev.longtake.story",
    "dev.longtake.story.status",
    "dev.longtake.story.yaml",
    "dev.longtake.trace",
    "dev.longtake.words",
  };

  private static JavaClasses shared;

  @BeforeAll
  static void read() {
    shared =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/dev/longtake/wire/v1/"))
            .importPackages("dev.longtake");
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
        classes()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                with(
                    PURE,
                    "java..",
                    "org.jspecify.annotations",
                    "com.google.errorprone.annotations",
                    "org.snakeyaml.engine.v2..",
                    "javax.imageio..",
                    "com.twelvemonkeys.."))
            .because("the rules of the farm are pure: move what needs a library to the rim"),
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.longtake.story.yaml")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.snakeyaml..")
            .because("YAML ends at the story reader"),
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.longtake.picture")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.imageio..", "java.awt..", "com.twelvemonkeys..")
            .because("pictures have one reader: PictureReader"),
        noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .and()
            .doNotHaveSimpleName("StoryFiles")
            .and()
            .doNotHaveSimpleName("FileNames")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..")
            .because("files are opened at the rim: StoryFiles reads stories, FileNames finds them"),
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.longtake.latent.hazelcast")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hazelcast..")
            .because("nobody else can come to rely on Hazelcast for a decision"),
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.longtake.wire", "dev.longtake.wire.v1", "dev.longtake.client")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.longtake.wire.v1", "com.google.protobuf..", "io.grpc..")
            .because("the wire stops at the door: use the domain records"),
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.longtake.config")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.typesafe..")
            .because("what is configured is a record; HOCON ends at its reader"),
        noClasses()
            .that()
            .resideInAPackage("dev.longtake.config")
            .and()
            .doNotHaveSimpleName("Configuration")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files")
            .because("files are opened at the rim: Configuration reads the operator's"),
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.longtake.frames")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.luben..")
            .because("compression belongs to the codec of frames"),
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.longtake.trace.otlp")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..")
            .because("a farm that traces nothing loads nothing of it: use dev.longtake.trace"),
        slices()
            .matching("dev.longtake.(**)")
            .should()
            .beFreeOfCycles()
            .because("a package can be read after those that it uses"));
  }

  private static String[] with(String[] packages, String... more) {
    return Stream.concat(Stream.of(packages), Stream.of(more)).toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void dependency_isAllowed(ArchRule rule) {
    rule.check(shared);
  }
}
