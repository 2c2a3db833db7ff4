package dev.longtake.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long the coordinator's files and functions are. */
class SizeTest {

  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final int FILE_LINES_MAX = 300;
  private static final int FUNCTION_LINES_MAX = 40;

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(java).isNotEmpty();
      return java;
    }
  }

  @Test
  void everyFile_hasAtMostThreeHundredLines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : files()) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES_MAX) {
        tooLong.add("%s: %d lines".formatted(SOURCES.relativize(file), lines));
      }
    }

    assertThat(tooLong)
        .as(
            "at most %d lines a file: give the part that has a name of its own a class of its own",
            FILE_LINES_MAX)
        .isEmpty();
  }

  @Test
  void everyFunction_hasAtMostFortyLines() throws IOException {
    List<String> tooLong = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree file : task.parse()) {
        new Functions(file, positions, tooLong).scan(file, null);
      }
    }

    assertThat(tooLong)
        .as(
            "at most %d lines a function (aim at 20): let it decide, and give what each branch does"
                + " a function with a name",
            FUNCTION_LINES_MAX)
        .isEmpty();
  }

  /** Notes the functions of one file that are too long. */
  private static final class Functions extends TreeScanner<@Nullable Void, @Nullable Void> {

    private final CompilationUnitTree file;
    private final SourcePositions positions;
    private final List<String> tooLong;

    private Functions(CompilationUnitTree file, SourcePositions positions, List<String> tooLong) {
      this.file = file;
      this.positions = positions;
      this.tooLong = tooLong;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      long first = file.getLineMap().getLineNumber(positions.getStartPosition(file, method));
      long last = file.getLineMap().getLineNumber(positions.getEndPosition(file, method));
      if (last - first + 1 > FUNCTION_LINES_MAX) {
        tooLong.add(
            "%s: %s has %d lines"
                .formatted(
                    Path.of(file.getSourceFile().getName()).getFileName(),
                    method.getName(),
                    last - first + 1));
      }
      return super.visitMethod(method, null);
    }
  }
}
