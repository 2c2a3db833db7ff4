package dev.longtake.ops.report;

import static java.util.Objects.requireNonNull;

import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found out about a film, in the forms in which it is told. */
public final class Report {

  private final Examination examination;

  private Report(Examination examination) {
    this.examination = requireNonNull(examination, "examination");
  }

  /**
   * Has the film in a folder looked at.
   *
   * @param world where its reference pictures are, or a story's file beside them; null: not at hand
   * @throws LongtakeException {@code NOT_FOUND} if there is no film, {@code FILE_UNUSABLE} if a
   *     part of it is broken or missing
   */
  public static Report of(Path folder, @Nullable Path world) {
    return new Report(FilmExaminer.examine(folder, world));
  }

  /** As a person reads it on a terminal, by lines. */
  public List<String> text() {
    return ReportText.of(examination);
  }

  /** As JSON. */
  public String json() {
    return ReportJson.write(examination);
  }

  /** As a page for a browser. */
  public String html() {
    return ReportPage.write(examination);
  }
}
