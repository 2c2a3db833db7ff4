package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the documents say of rights is what the coordinator goes by. */
class SecurityPageTest {

  private static final Path PAGE = Path.of("..", "ops", "docs", "security.md");

  @Test
  void page_hasEveryCallWithWhatItNeeds() throws Exception {
    List<String> expected =
        CallRights.table().entrySet().stream()
            .map(row -> "| `%s` | %s |".formatted(row.getKey(), row.getValue().words()))
            .sorted()
            .toList();

    assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| `\\S+/\\S+` .*")))
        .as("the table of calls in ops/docs/security.md")
        .containsExactlyElementsOf(expected);
  }
}
