package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.plan.ModelCard;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a worker is and holds; always a full statement.
 *
 * @param workerId stays the same over restarts of the process
 * @param bootId new for each start of the process; a boot that does not answer is superseded by it
 * @param engineClass what must be equal for equal bits, e.g. {@code cpu-avx512-f32-1}
 * @param reports every order that it holds, running or ended
 * @param draining it finishes what it holds and wants nothing new
 * @param connection the how-manieth connection of this process, to whichever coordinator
 */
public record WorkerStatement(
    String workerId,
    String bootId,
    String engineClass,
    ModelCard model,
    List<Report> reports,
    boolean draining,
    long connection) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public WorkerStatement {
    requireName("workerId", workerId);
    requireName("bootId", bootId);
    requireName("engineClass", engineClass);
    requireNonNull(model, "model");
    reports = List.copyOf(reports);
  }

  /** The same with those of its reports alone. */
  public WorkerStatement about(Predicate<Report> some) {
    return new WorkerStatement(
        workerId,
        bootId,
        engineClass,
        model,
        reports.stream().filter(some).toList(),
        draining,
        connection);
  }

  static void requireName(String field, String value) {
    require(
        NAME.matcher(value).matches(),
        "%s: expected 1 to 64 of letters, digits, '.', '_' and '-', found \"%s\"",
        field,
        value);
  }
}
