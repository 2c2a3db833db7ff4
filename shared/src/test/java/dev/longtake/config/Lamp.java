package dev.longtake.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A configuration with a key of every kind. */
record Lamp(int brightness, Colour switchName, Bulb bulb) {

  /** A value of a type of its own, which is a record but not a section. */
  record Colour(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  record Bulb(
      Duration afterglow,
      DataSize store,
      @EmptyWord("never") OptionalInt replacedAfter,
      @EmptyWord("any") Optional<String> maker,
      Secret password,
      boolean hums,
      Path papers,
      Map<String, Object> passed) {

    Bulb {
      new Ranges()
          .between("afterglow", afterglow, Duration.ZERO, Duration.ofMinutes(1))
          .between("store", store, DataSize.mebibytes(1), DataSize.mebibytes(4096))
          .between("replacedAfter", replacedAfter, 1, 10)
          .that(
              "maker", maker.map(it -> it.length() < 8).orElse(true), "a short name", "a long one")
          .check();
    }
  }

  Lamp {
    new Ranges().between("brightness", brightness, 1, 10).check();
  }

  static final Configuration<Lamp> CONFIGURATION =
      Configuration.of(
          Lamp.class,
          "lamp.conf",
          new Form<>(
              Colour.class,
              "a name in small letters",
              text -> text.matches("[a-z]+") ? Optional.of(new Colour(text)) : Optional.empty()));
}
