package dev.longtake.coordinator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.longtake.coordinator.story.StoryProgress;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may know whom in the coordinator. */
class ArchitectureTest {

  /** Classes that decide, beside all of {@code story}; what is nested in them included. */
  private static final Set<String> PURE =
      Set.of(
          "dev.longtake.coordinator.LatentsJoin",
          "dev.longtake.coordinator.dispatch.DispatchPolicy",
          "dev.longtake.coordinator.dispatch.Orders",
          "dev.longtake.coordinator.dispatch.Reasons",
          "dev.longtake.coordinator.story.vigil.Stillness",
          "dev.longtake.coordinator.workers.Conduct",
          "dev.longtake.coordinator.workers.ToldReports",
          "dev.longtake.coordinator.workers.WorkerMarks",
          "dev.longtake.coordinator.workers.WorkerRoster",
          "dev.longtake.coordinator.dispatch.Fleet",
          "dev.longtake.coordinator.dispatch.StoryDemand",
          "dev.longtake.coordinator.dispatch.moves.Moves",
          "dev.longtake.coordinator.dispatch.view.FleetView",
          "dev.longtake.coordinator.web.FailuresPage",
          "dev.longtake.coordinator.web.FarmPage",
          "dev.longtake.coordinator.web.FilmPage",
          "dev.longtake.coordinator.web.door.Guard",
          "dev.longtake.coordinator.web.HistoryPage",
          "dev.longtake.coordinator.web.HoldsPage",
          "dev.longtake.coordinator.web.TakesPage",
          "dev.longtake.coordinator.web.Throughput",
          "dev.longtake.coordinator.web.WorkersPage",
          "dev.longtake.coordinator.film.Timeline",
          "dev.longtake.coordinator.film.SeamMeter");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.longtake.coordinator");

  private static boolean isPure(JavaClass type) {
    String name = type.getName();
    int nested = name.indexOf('$');
    return type.getPackageName().equals("dev.longtake.coordinator.story")
        || type.getPackageName().equals("dev.longtake.coordinator.story.moves")
        || type.getPackageName().equals("dev.longtake.coordinator.story.policy")
        || type.getPackageName().equals("dev.longtake.coordinator.dispatch.share")
        || PURE.contains(nested < 0 ? name : name.substring(0, nested));
  }

  @Test
  void pureClasses_useNoActorsNoClockNoFiles() {
    noClasses()
        .that(describe("decide", ArchitectureTest::isPure))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.pekko..",
            "org.slf4j..",
            "io.grpc..",
            "java.io..",
            "java.nio.file..",
            "java.util.concurrent..",
            "dev.longtake.wire..")
        .because("what decides is a function from state and event; put the effect into its actor")
        .check(CLASSES);
  }

  @Test
  void wireMessages_stayAtTheDoor() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "..coordinator.access..",
            "..coordinator.api..",
            "..coordinator.workers..",
            "..coordinator.journal..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.longtake.wire..")
        .because(
            "a change of the wire must not reach what decides; translate in api, and in journal"
                + " for what is written")
        .check(CLASSES);
  }

  @Test
  void journal_isKnownToTheWiringOnly() {
    classes()
        .that()
        .resideInAPackage("..coordinator.journal..")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage("dev.longtake.coordinator", "..coordinator.journal..")
        .because("how events are written is nobody's business who makes or applies them")
        .check(CLASSES);
  }

  @Test
  void actors_areKnownToStoryDispatchWorkersAndApiOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("..coordinator.artifacts..", "..coordinator.film..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.pekko..", "io.grpc..")
        .because("files and films have nothing to do with actors")
        .check(CLASSES);
  }

  @Test
  void awsLibrary_isKnownToItsPackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..coordinator.artifacts.s3..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..")
        .because("a farm that keeps its artifacts in a folder loads none of its classes")
        .check(CLASSES);
  }

  @Test
  void hocon_isKnownWherePekkoIsStartedOnly() {
    noClasses()
        .that()
        .doNotHaveSimpleName("FarmActors")
        .and()
        .doNotHaveSimpleName("Journal")
        .and()
        .doNotHaveSimpleName("JournalConnections")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.typesafe..")
        .because("what is configured is a record: add a component to CoordinatorConfig")
        .check(CLASSES);
  }

  @Test
  void nothing_dependsOnTheWiring() {
    classes()
        .that()
        .resideInAPackage("dev.longtake.coordinator")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAPackage("dev.longtake.coordinator")
        .because("the wiring knows the parts, the parts do not know it")
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices()
        .matching("dev.longtake.coordinator.(*)..")
        .should()
        .beFreeOfCycles()
        .because("move what both need into the one that is used")
        .check(CLASSES);
  }

  @Test
  void decisions_areWhereTheyAreLookedFor() {
    // Keeps the names above from going stale unnoticed.
    assertThat(isPure(CLASSES.get(StoryProgress.class))).isTrue();
    for (String name : PURE) {
      CLASSES.get(name);
    }
  }
}
