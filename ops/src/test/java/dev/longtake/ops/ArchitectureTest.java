package dev.longtake.ops;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the command may use of the modules it starts. */
class ArchitectureTest {

  private static final JavaClasses OPS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.longtake.ops");

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

  @Test
  void commands_seenFromOutside_areMainOnly() {
    classes()
        .that()
        .doNotHaveSimpleName("Main")
        .and()
        .doNotHaveSimpleName("LogSetup") // logback makes it by its name
        .and()
        .areTopLevelClasses()
        .should()
        .notBePublic()
        .check(OPS);
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
