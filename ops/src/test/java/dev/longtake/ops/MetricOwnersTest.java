package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.longtake.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.MetricWithFixedMetadata;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each meter is moved by one program, and the page says by which. */
class MetricOwnersTest {

  private static final Iterable<JavaClass> CLASSES = MainClasses.of("dev.longtake");

  static Stream<Field> meters() {
    return Arrays.stream(Metrics.class.getFields());
  }

  @ParameterizedTest
  @MethodSource("meters")
  void meter_isMovedByOneProgram_asThePageSays(Field meter) throws ReflectiveOperationException {
    Set<String> movers = movers(meter.getName());

    assertThat(movers)
        .as("%s: let one program count it, where it is stored or decided", meter.getName())
        .hasSize(1);
    assertThat(mover(name(meter))).as("ops/docs/metrics.md: %s", name(meter)).isEqualTo(movers);
  }

  private static String name(Field meter) throws ReflectiveOperationException {
    var metric = (MetricWithFixedMetadata) meter.get(new Metrics());
    return metric.getPrometheusName() + (metric instanceof Counter ? "_total" : "");
  }

  private static Set<String> movers(String meter) {
    String means = meter.equals("errors") ? "countError" : meter;
    Set<String> movers = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        if (access.getTargetOwner().isEquivalentTo(Metrics.class)
            && access.getTarget().getName().equals(means)
            && !type.isEquivalentTo(Metrics.class)) {
          boolean isCoordinator = type.getPackageName().startsWith("dev.longtake.coordinator");
          movers.add(isCoordinator ? "coordinator" : "worker");
        }
      }
    }
    return movers;
  }

  private static Set<String> mover(String name) {
    String page = Repository.read(Repository.ROOT.resolve("ops/docs/metrics.md"));
    Matcher row =
        Pattern.compile("^\\| `" + name + "` \\|[^|]*\\| ([a-z]+) \\|", Pattern.MULTILINE)
            .matcher(page);
    return row.find() ? Set.of(row.group(1)) : Set.of();
  }
}
