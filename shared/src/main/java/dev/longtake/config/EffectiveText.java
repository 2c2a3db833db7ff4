package dev.longtake.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.longtake.words.DurationText;
import dev.longtake.words.Word;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Writes a configuration record down, key by key. */
final class EffectiveText {

  private final Forms forms;
  private final List<String> lines = new ArrayList<>();

  private EffectiveText(Forms forms) {
    this.forms = forms;
  }

  static String of(Forms forms, Record value, Record defaults) {
    var text = new EffectiveText(forms);
    text.add(value, defaults, "");
    return String.join("\n", text.lines);
  }

  private void add(Record value, Record defaults, String path) {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      String key = Key.join(path, Key.of(component));
      Object found = get(component, value);
      Object usual = get(component, defaults);
      if (forms.isSection(component.getType())) {
        add((Record) found, (Record) usual, key);
      } else {
        String shown = text(component, found);
        String usually = text(component, usual);
        lines.add(
            "%s = %s%s"
                .formatted(key, shown, shown.equals(usually) ? "" : "  # default " + usually));
      }
    }
  }

  private static Object get(RecordComponent component, Record record) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static String text(RecordComponent component, Object value) {
    return switch (value) {
      case Optional<?> optional ->
          optional.map(EffectiveText::text).orElseGet(() -> emptyWord(component));
      case OptionalInt optional ->
          optional.isPresent() ? "" + optional.getAsInt() : emptyWord(component);
      default -> text(value);
    };
  }

  private static String emptyWord(RecordComponent component) {
    return component.getAnnotation(EmptyWord.class).value();
  }

  private static String text(Object value) {
    return switch (value) {
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Duration duration -> DurationText.format(duration);
      case DataSize size -> size.toString();
      case Word word -> word.word();
      case Map<?, ?> block -> masked(block);
      default -> ConfigValueFactory.fromAnyRef(value.toString()).render(CONCISE);
    };
  }

  /** Its keys alone: nobody here knows which of the values are secrets. */
  private static String masked(Map<?, ?> block) {
    return block.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + " "
                    + (entry.getValue() instanceof Map<?, ?> inner
                        ? masked(inner)
                        : "= " + Secret.MASK))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static final ConfigRenderOptions CONCISE = ConfigRenderOptions.concise();
}
