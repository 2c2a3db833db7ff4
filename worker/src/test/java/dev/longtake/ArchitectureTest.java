package dev.longtake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may know whom in the worker. */
class ArchitectureTest {

  private static final JavaClasses WORKER =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  private static final List<ArchRule> RULES =
      List.of(
          noClasses()
              .that()
              .resideOutsideOfPackage("dev.longtake.tensor.cpu")
              .should()
              .dependOnClassesThat()
              .resideInAPackage("org.bytedeco..")
              .because("the native math library is one backend's secret"),
          noClasses()
              .that()
              .resideOutsideOfPackage("dev.longtake.tensor.cuda")
              .should()
              .dependOnClassesThat()
              .resideInAPackage("jcuda..")
              .because("the CUDA driver is one backend's secret"),
          noClasses()
              .that()
              .resideInAnyPackage(
                  "dev.longtake.text..",
                  "dev.longtake.transformer..",
                  "dev.longtake.vae..",
                  "dev.longtake.checkpoint..",
                  "dev.longtake.model..",
                  "dev.longtake.sampling..",
                  "dev.longtake.render..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("dev.longtake.tensor.cpu..", "dev.longtake.tensor.cuda..")
              .because("the model sees Backend, never a backend"),
          noClasses()
              .that()
              .resideOutsideOfPackage("dev.longtake.worker..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("dev.longtake.wire..", "dev.longtake.client..", "io.grpc..")
              .because("the wire stops at the link"),
          noClasses()
              .that()
              .resideInAPackage("dev.longtake.render..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("dev.longtake.tensor..", "dev.longtake.weights..")
              .because("rendering sees the engine as RenderModel"),
          noClasses()
              .that()
              .resideInAnyPackage(
                  "dev.longtake.tensor..",
                  "dev.longtake.weights..",
                  "dev.longtake.text..",
                  "dev.longtake.transformer..",
                  "dev.longtake.vae..",
                  "dev.longtake.checkpoint..",
                  "dev.longtake.model..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage("dev.longtake.render..", "dev.longtake.worker..")
              .because("the engine knows nothing of the farm"));

  @Test
  void worker_packages_haveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.longtake.(**)")
        .should()
        .beFreeOfCycles()
        .check(WORKER);
  }

  @Test
  void worker_packages_knowOnlyWhatTheyMay() {
    RULES.forEach(rule -> rule.allowEmptyShould(true).check(WORKER));
  }
}
