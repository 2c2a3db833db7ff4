package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.marcnuri.helm.Helm;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.worker.WorkerConfig;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart as Helm renders it, against Kubernetes' own types and the programs' own settings. */
class HelmChartTest {

  private static final Path CHART = Repository.ROOT.resolve("ops/helm/longtake");

  private static List<JsonObject> rendered(String values) {
    return objects(
        new Helm(CHART)
            .template()
            .withName("farm")
            .withNamespace("films")
            .withKubeVersion("1.31.0")
            .withValuesFile(CHART.resolve("values").resolve(values + ".yaml"))
            .call());
  }

  private static List<JsonObject> objects(String yaml) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      if (document != null) {
        objects.add(new Gson().toJsonTree(document).getAsJsonObject());
      }
    }
    return objects;
  }

  private static JsonObject object(List<JsonObject> all, String kind, String name) {
    return all.stream()
        .filter(it -> it.get("kind").getAsString().equals(kind))
        .filter(it -> at(it, "metadata", "name").getAsString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonElement at(JsonElement from, String... names) {
    JsonElement found = from;
    for (String name : names) {
      found = found.getAsJsonObject().get(name);
    }
    return found;
  }

  @Test
  void chart_asItIs_isInOrder() {
    assertThat(new Helm(CHART).lint().strict().call().isFailed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-machine", "gpus", "three-coordinators"})
  void template_withValues_hasObjectsOfKubernetesTypes(String values) throws IOException {
    for (JsonObject object : rendered(values)) {
      switch (object.get("kind").getAsString()) {
        case "ConfigMap" -> V1ConfigMap.validateJsonElement(object);
        case "Deployment" -> V1Deployment.validateJsonElement(object);
        case "HorizontalPodAutoscaler" -> V2HorizontalPodAutoscaler.validateJsonElement(object);
        case "NetworkPolicy" -> V1NetworkPolicy.validateJsonElement(object);
        case "PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(object);
        case "Service" -> V1Service.validateJsonElement(object);
        case "StatefulSet" -> V1StatefulSet.validateJsonElement(object);
        case "PodMonitor", "ServiceMonitor" -> // The operator's types are not to be had here.
            assertThat(object.get("apiVersion").getAsString())
                .isEqualTo("monitoring.coreos.com/v1");
        default -> throw new AssertionError("a kind that is not checked: " + object.get("kind"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-machine", "gpus", "three-coordinators"})
  void settings_ofEveryProgram_areOnesThatItTakes(String values) {
    for (JsonObject object : rendered(values)) {
      if (object.get("kind").getAsString().equals("ConfigMap")) {
        JsonObject files = object.getAsJsonObject("data");
        if (files.has("coordinator.conf")) {
          CoordinatorConfig.CONFIGURATION.parse(values, text(files, "coordinator"), Overrides.NONE);
        } else {
          WorkerConfig.CONFIGURATION.parse(values, text(files, "worker"), Overrides.NONE);
        }
      }
    }
  }

  /** The file, with what a pod's environment would put into it. */
  private static String text(JsonObject files, String program) {
    return files
        .get(program + ".conf")
        .getAsString()
        .replace("${LONGTAKE_POD}", "\"farm-coordinator-1\"")
        .replace("${LONGTAKE_FARM_SECRET}", "\"0123456789abcdef\"")
        .replace("${LONGTAKE_JOURNAL_PASSWORD}", "\"secret\"");
  }

  @Test
  void coordinators_three_knowEachOtherByTheStatefulSetsNames() {
    List<JsonObject> all = rendered("three-coordinators");
    String text =
        text(object(all, "ConfigMap", "farm-coordinator").getAsJsonObject("data"), "coordinator");

    CoordinatorConfig config = CoordinatorConfig.CONFIGURATION.parse("chart", text, Overrides.NONE);

    assertThat(config.cluster().members().list())
        .contains("farm-coordinator-2.farm-coordinators.films.svc:7473")
        .hasSize(3);
    assertThat(at(object(all, "StatefulSet", "farm-coordinator"), "spec", "serviceName"))
        .hasToString("\"farm-coordinators\"");
  }

  /** What is neither encrypted nor authenticated is between coordinators. */
  @Test
  void networkPolicy_ofCoordinators_opensTheirOwnPortsToEachOtherAlone() {
    JsonObject policy = object(rendered("three-coordinators"), "NetworkPolicy", "farm-coordinator");

    for (JsonElement rule : at(policy, "spec", "ingress").getAsJsonArray()) {
      String ports = rule.getAsJsonObject().get("ports").toString();
      JsonArray from = rule.getAsJsonObject().getAsJsonArray("from");
      if (ports.contains("7473") || ports.contains("7474")) {
        assertThat(from).hasSize(1);
        assertThat(at(from.get(0), "podSelector", "matchLabels", "app.kubernetes.io/component"))
            .hasToString("\"coordinator\"");
      }
    }
  }

  @Test
  void certificates_given_areMountedAndNamedForBothPrograms() {
    List<JsonObject> all = rendered("three-coordinators");
    String coordinator =
        text(object(all, "ConfigMap", "farm-coordinator").getAsJsonObject("data"), "coordinator");
    String worker =
        text(object(all, "ConfigMap", "farm-worker-cpu").getAsJsonObject("data"), "worker");

    assertThat(
            CoordinatorConfig.CONFIGURATION
                .parse("chart", coordinator, Overrides.NONE)
                .tls()
                .folder())
        .contains(Path.of("/etc/longtake/tls"));
    assertThat(WorkerConfig.CONFIGURATION.parse("chart", worker, Overrides.NONE).tls().folder())
        .contains(Path.of("/etc/longtake/tls"));
    for (String pod : List.of("StatefulSet/farm-coordinator", "Deployment/farm-worker-cpu")) {
      String[] names = pod.split("/", -1);
      assertThat(object(all, names[0], names[1]).toString())
          .contains("/etc/longtake/tls")
          .contains("-tls\"");
    }
  }

  @Test
  void certificates_neitherGivenNorDoneWithout_areAskedFor() {
    var template = new Helm(CHART).template().withName("farm").withKubeVersion("1.31.0");

    assertThatThrownBy(template::call)
        .hasMessageContaining(
            "tls: expected coordinatorSecret and workerSecret, or allowPlaintext, found neither");
  }

  @Test
  void worker_thatIsToGo_hasLongerThanItTakesToLeave() {
    JsonObject deployment = object(rendered("gpus"), "Deployment", "farm-worker-h100");

    long seconds =
        at(deployment, "spec", "template", "spec", "terminationGracePeriodSeconds").getAsLong();

    assertThat(seconds)
        .isGreaterThan(WorkerConfig.CONFIGURATION.defaults().link().leaveMax().toSeconds());
    assertThat(deployment.getAsJsonObject("spec").has("replicas"))
        .as("what the autoscaler decides")
        .isFalse();
  }

  @Test
  void values_thatCannotWork_areRefusedWithASentence() {
    var template =
        new Helm(CHART)
            .template()
            .withName("farm")
            .withKubeVersion("1.31.0")
            .set("coordinator.replicas", 3);

    assertThatThrownBy(template::call)
        .hasMessageContaining("journal.postgresql.url: expected the database")
        .hasMessageContaining("found none");
  }
}
