package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.plan.Solver;
import dev.longtake.story.Camera;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Transition;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Tensor;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.words.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The recipes of {@code ops/docs/extending.md}: what no compiler asks for when something is added.
 * Each failure names the file that lacks it.
 */
class ExtendingTest {

  private static final String STORY_SCHEMA = "ops/schema/story.schema.json";
  private static final String STORY_FORMAT = "ops/docs/story-format.md";
  private static final String CLI = "ops/docs/cli.md";
  private static final String API = "ops/docs/api.md";

  private final List<String> missing = new ArrayList<>();

  /** Notes the file, unless the claim holds. */
  private void expect(boolean claim, String file, String what) {
    if (!claim) {
      missing.add(file + ": expected " + what + ", found none");
    }
  }

  private void expectText(String file, String text, String what) {
    expect(text(file).contains(text), file, what + " (" + text.strip() + ")");
  }

  @AfterEach
  void nothingIsMissing() {
    assertThat(missing).as("add what is missing; ops/docs/extending.md has the recipe").isEmpty();
  }

  private static String text(String file) {
    return Repository.read(Repository.ROOT.resolve(file));
  }

  private static JsonNode json(String file) {
    try {
      return new ObjectMapper().readTree(text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void transition_everyOne_isInTheSchemaAndTheDocsAndHasAMessage() {
    Descriptor message = dev.longtake.wire.v1.Transition.getDescriptor();
    Set<String> inSchema = new TreeSet<>();
    for (JsonNode form : json(STORY_SCHEMA).at("/$defs/transition/oneOf")) {
      inSchema.add(form.path("required").path(0).asText());
    }
    for (String word : Word.all(Transition.Kind.class)) {
      String what = "the transition " + word;
      expect(inSchema.contains(word), STORY_SCHEMA, what + " in $defs/transition");
      expectText(STORY_FORMAT, "| `- " + word, what);
      expect(
          message.findFieldByName(word) != null,
          "proto/src/main/protobuf/longtake/v1/story.proto",
          what + " in message Transition");
    }
  }

  @Test
  void camera_everyMove_isInTheSchemaAndTheDocs() {
    JsonNode schema = json(STORY_SCHEMA).at("/$defs/shot/properties/camera/enum");
    for (String word : Word.all(Camera.class)) {
      expect(schema.toString().contains('"' + word + '"'), STORY_SCHEMA, "the camera " + word);
      expectText(STORY_FORMAT, "`" + word + "`", "the camera " + word);
    }
  }

  @Test
  void solver_everyOne_isInTheSchemaAndTheDocs() {
    String schema = "ops/schema/card.schema.json";
    JsonNode words = json(schema).at("/properties/solver/enum");
    for (String word : Word.all(Solver.class)) {
      expect(words.toString().contains('"' + word + '"'), schema, "the solver " + word);
      expectText(CLI, "| `" + word + "` |", "the solver " + word);
    }
  }

  @Test
  void precision_everyOne_isInTheDocs() {
    for (String word : Word.all(Precision.class)) {
      expectText(CLI, "`cpu:" + word + "`", "the precision " + word);
    }
  }

  /** The word of a setting, where it is not the component's name. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "stepCount", "steps",
          "guidanceScale", "guidance",
          "freshNoise", "fresh-noise",
          "exchangeOff", "exchange");

  @Test
  void setting_everyOne_hasAnOptionAndAField() {
    CommandLine.Model.CommandSpec submit =
        Main.commandLine(Console.system()).getSubcommands().get("submit").getCommandSpec();
    List<String> fields = fields(dev.longtake.wire.v1.RenderSettings.getDescriptor());
    for (String component : components(RenderSettings.class)) {
      String word = SETTINGS.getOrDefault(component, component);
      expect(
          submit.findOption("--" + word) != null,
          "ops/src/main/java/dev/longtake/ops/option/SettingsOptions.java",
          "an option --%s for the setting %s".formatted(word, component));
      expect(
          fields.contains(component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)),
          "proto/src/main/protobuf/longtake/v1/story.proto",
          "the setting " + component + " in message RenderSettings");
    }
  }

  @Test
  void setting_everyOneOfStories_isReadAndInTheSchemaAndTheDocs() {
    JsonNode schema = json(STORY_SCHEMA).at("/properties/settings/properties");
    for (String word : Word.all(RenderSettings.Key.class)) {
      String what = "the setting " + word;
      expect(schema.has(word), STORY_SCHEMA, what);
      expectText(STORY_FORMAT, "`" + word + "` (", what);
      expectText(
          "shared/src/main/java/dev/longtake/story/yaml/StoryReader.java",
          ".get(\"" + word + "\")",
          "the key of " + what);
    }
  }

  /** The components of a record, those of records inside it in place of them. */
  private static List<String> components(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      names.addAll(
          component.getType().isRecord()
              ? components(component.getType())
              : List.of(component.getName()));
    }
    return names;
  }

  private static List<String> fields(Descriptor message) {
    List<String> names = new ArrayList<>();
    for (FieldDescriptor field : message.getFields()) {
      names.addAll(
          field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
              ? fields(field.getMessageType())
              : List.of(field.getName()));
    }
    return names;
  }

  @Test
  void errorCode_everyOne_isInTheDocsWithItsStatuses() {
    for (ErrorCode code : ErrorCode.values()) {
      expectText(
          API,
          "| `%s` | `%s` | %d |"
              .formatted(code.dotted(), GrpcErrors.statusCode(code), ExitCode.of(code)),
          "a row of " + code + " with its gRPC status and exit status");
    }
  }

  /** Whoever reads what went wrong on a worker finds what follows from it. */
  @Test
  void errorCode_ofAWorker_isInTheTableOfWhatFollows() {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.kind() == ErrorKind.WORKER) {
        expectText(
            "ops/docs/reliability.md",
            "`%s`".formatted(code.dotted()),
            "what follows from " + code);
      }
    }
  }

  @Test
  void tensorOp_everyOne_isTestedOnEveryBackend() {
    String test = "worker/src/test/java/dev/longtake/tensor/TensorOpsConformanceTest.java";
    for (Method op : Backend.class.getMethods()) {
      boolean computes =
          op.getReturnType() == void.class
              && op.getParameterCount() > 1
              && op.getParameterTypes()[0] == Tensor.class
              && op.getParameterTypes()[1] != float[].class;
      if (computes) {
        expect(
            Pattern.compile("(\\.|::)" + op.getName() + "\\b").matcher(text(test)).find(),
            test,
            "a case of the operation " + op.getName());
      }
    }
  }

  private static final Pattern SERVICE = Pattern.compile("(?s)service (\\w+) \\{(.*?)\\n\\}");
  private static final Pattern RPC = Pattern.compile("rpc (\\w+)\\(");

  @Test
  void rpc_everyOne_hasAnEndpointACallerAndDocs() {
    for (Path proto : Repository.files(".proto")) {
      if (!Repository.name(proto).startsWith("proto/")) {
        continue;
      }
      for (MatchResult service : matches(SERVICE, Repository.read(proto))) {
        for (MatchResult rpc : matches(RPC, service.group(2))) {
          expectRpc(service.group(1), rpc.group(1));
        }
      }
    }
  }

  private void expectRpc(String service, String rpc) {
    String method = Character.toLowerCase(rpc.charAt(0)) + rpc.substring(1) + "(";
    String endpoint =
        "coordinator/src/main/java/dev/longtake/coordinator/api/%sEndpoint.java"
            .formatted(service.replace("Service", ""));
    expectText(endpoint, " " + method, "the rpc " + rpc);
    expectText(API, "| `%s/%s` |".formatted(service, rpc), "the rpc " + rpc);
    expect(
        Stream.of("shared/src/main/java/dev/longtake/client/", "worker/src/main/java/")
            .flatMap(
                folder ->
                    Repository.files(".java").stream()
                        .filter(file -> Repository.name(file).startsWith(folder)))
            .anyMatch(file -> Repository.read(file).contains("." + method)),
        "shared/src/main/java/dev/longtake/client/%sClient.java"
            .formatted(service.replace("Service", "")),
        "a call of the rpc " + rpc);
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  private static final Pattern METRIC = Pattern.compile("longtake_[a-z_]+");

  /** That every metric is in the documents is checked by {@link TidyTest}. */
  @Test
  void alarm_everyOne_isOnAMetricThatThereIs() {
    String alarms = "ops/prometheus/alarms.yaml";
    String metrics = text("ops/docs/metrics.md");
    for (MatchResult metric : matches(METRIC, text(alarms))) {
      expect(
          metrics.contains("`" + metric.group() + "`"),
          "ops/docs/metrics.md",
          "the metric %s, on which %s has an alarm".formatted(metric.group(), alarms));
    }
  }
}
