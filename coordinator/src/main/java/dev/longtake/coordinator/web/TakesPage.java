package dev.longtake.coordinator.web;

import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryStatus;
import java.util.List;

/** What there is to look at: films with their contact sheets, and clips of finished shots. Pure. */
record TakesPage(long at, List<Film> films) {

  /**
   * A film.
   *
   * @param sheet name of the contact sheet's file; empty until there is one
   * @param clips names of the clips' files
   */
  record Film(
      String id, String name, String state, long submitted, String sheet, List<String> clips) {

    static Film of(StoryStatus story) {
      List<String> names = story.film().files().stream().map(FilmFile::name).toList();
      return new Film(
          story.storyId(),
          story.name(),
          FarmPage.word(story.state()),
          story.submitTime().toEpochMilli(),
          names.contains("contact-sheet.png") ? "contact-sheet.png" : "",
          names.stream().filter(name -> name.startsWith("shots/")).toList());
    }
  }

  TakesPage {
    films = List.copyOf(films);
  }
}
