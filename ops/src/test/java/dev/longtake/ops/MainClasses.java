package dev.longtake.ops;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** What is shipped: the classes of all modules, without those of tests, which one module shares. */
final class MainClasses {

  private MainClasses() {}

  /** The classes below a package. */
  static JavaClasses of(String packageName) {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .withImportOption(location -> !location.contains("-tests.jar"))
        .importPackages(packageName);
  }
}
