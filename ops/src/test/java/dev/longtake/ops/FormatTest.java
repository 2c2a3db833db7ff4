package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatTest {

  @Test
  void everyJavaFile_isFormatted() {
    List<String> unformatted =
        Repository.files(".java").parallelStream()
            .filter(file -> !isFormatted(file))
            .map(Repository::name)
            .toList();

    assertThat(unformatted)
        .as("not in google-java-format's style; run ops/format, which formats all of them")
        .isEmpty();
  }

  private static boolean isFormatted(Path file) {
    String source = Repository.read(file);
    try {
      return new Formatter()
          .formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(source), Style.GOOGLE))
          .equals(source);
    } catch (FormatterException e) {
      throw new AssertionError(Repository.name(file) + ": " + e.getMessage(), e);
    }
  }
}
