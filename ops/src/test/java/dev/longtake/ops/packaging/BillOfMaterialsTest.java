package dev.longtake.ops.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BillOfMaterialsTest {

  private static final String JSON =
      """
      {"metadata": {"component": {"name": "farm", "version": "1", "purl": "pkg:maven/a/farm@1?type=jar",
        "licenses": [{"license": {"id": "Apache-2.0"}}]}},
       "components": [
        {"group": "b", "name": "known", "version": "2", "purl": "pkg:maven/b/known@2?type=jar",
         "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "EPL 1.0"}}]},
        {"group": "c", "name": "silent", "version": "3",
         "purl": "pkg:maven/c/silent@3?classifier=linux-x86_64&type=jar"}]}
      """;

  @Test
  void jars_ofMavensList_haveFileAndLicences() {
    BillOfMaterials list = BillOfMaterials.of(JSON);

    assertThat(list.jars())
        .containsExactly(
            new Part("farm", "1", "farm-1.jar", List.of("Apache-2.0")),
            new Part("known", "2", "known-2.jar", List.of("MIT", "EPL 1.0")),
            new Part("silent", "3", "silent-3-linux-x86_64.jar", List.of()));
  }

  @Test
  void check_withAJarThatIsNotListedAndOneWithoutLicence_namesBoth() {
    BillOfMaterials list = BillOfMaterials.of(JSON);

    assertThatThrownBy(
            () -> list.check(Set.of("farm-1.jar", "silent-3-linux-x86_64.jar", "new.jar")))
        .isInstanceOf(LongtakeException.class)
        .hasMessageContaining("new.jar is not in the list")
        .hasMessageContaining("silent-3-linux-x86_64.jar names no licence")
        .hasMessageContaining("licences.properties");
  }

  @Test
  void correct_withLicenceOfOne_completesTheList() {
    BillOfMaterials list = BillOfMaterials.of(JSON);

    list.correct(Map.of("c:silent", "BSD-3-Clause AND LGPL-3.0-or-later"));

    list.check(Set.of("farm-1.jar", "known-2.jar", "silent-3-linux-x86_64.jar"));
    assertThat(list.jars().getLast().line())
        .isEqualTo("silent 3 (silent-3-linux-x86_64.jar): BSD-3-Clause AND LGPL-3.0-or-later");
  }

  @Test
  void add_ofWhatIsNoJar_standsInTheDocumentAlone() {
    BillOfMaterials list = BillOfMaterials.of(JSON);

    list.add(
        new Part("Eclipse Temurin", "25", "jre/", List.of("GPL-2.0-only")),
        "pkg:generic/temurin@25");

    assertThat(list.jars()).hasSize(3);
    assertThat(list.json()).contains("pkg:generic/temurin@25").endsWith("}\n");
  }

  @Test
  void of_somethingElse_isRefused() {
    assertThatThrownBy(() -> BillOfMaterials.of("[]")).hasMessageContaining("components");
    assertThatThrownBy(() -> BillOfMaterials.of("{")).hasMessageContaining("expected JSON");
  }
}
