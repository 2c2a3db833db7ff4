package dev.longtake.coordinator.notify;

import dev.longtake.config.Form;
import dev.longtake.words.Word;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Some of what others can be told of; written with commas between them, or {@code all}. */
public record Occasions(Set<Occasion> set) {

  /** How they are written. */
  public static final Form<Occasions> FORM =
      new Form<>(
          Occasions.class,
          "all, or some of " + String.join(", ", Word.all(Occasion.class)),
          Occasions::parse);

  private static final String ALL = "all";

  public Occasions {
    set = Set.copyOf(set);
  }

  static Optional<Occasions> parse(String text) {
    if (text.strip().equals(ALL)) {
      return Optional.of(new Occasions(EnumSet.allOf(Occasion.class)));
    }
    Set<Occasion> set = EnumSet.noneOf(Occasion.class);
    for (String part : text.split(",", -1)) {
      Optional<Occasion> occasion = Word.read(Occasion.class, part.strip());
      if (occasion.isEmpty()) {
        return Optional.empty();
      }
      set.add(occasion.get());
    }
    return Optional.of(new Occasions(set));
  }

  @Override
  public String toString() {
    return set.size() == Occasion.values().length
        ? ALL
        : String.join(", ", set.stream().sorted().map(Word::word).toList());
  }
}
