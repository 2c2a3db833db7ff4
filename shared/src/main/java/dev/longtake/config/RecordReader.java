package dev.longtake.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.longtake.words.Suggestion;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of a tree: each component from the key of its name, a nested record from the
 * section of its name. What is wrong goes to {@link Problems}, and reading goes on with the default
 * in its place, to find what else is wrong.
 */
final class RecordReader {

  private final Forms forms;
  private final Config defaults;
  private final Problems problems;

  RecordReader(Forms forms, Config defaults, Problems problems) {
    this.forms = forms;
    this.defaults = defaults;
    this.problems = problems;
  }

  /** The record of a whole tree. */
  <T extends Record> Optional<T> record(Class<T> type, ConfigObject tree) {
    return record(type, tree, "");
  }

  private <T extends Record> Optional<T> record(Class<T> type, ConfigObject tree, String path) {
    RecordComponent[] components = type.getRecordComponents();
    findUnknown(tree, Arrays.stream(components).map(Key::of).toList(), path);
    @Nullable Object[] values = new Object[components.length];
    boolean isWhole = true;
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      String key = Key.join(path, Key.of(component));
      Optional<?> value = value(component, given(tree, component, key), key);
      if (value.isEmpty()) {
        value = usual(component, key);
      }
      values[i] = value.orElse(null);
      isWhole &= value.isPresent();
    }
    return isWhole ? make(type, values, tree, path) : Optional.empty();
  }

  private void findUnknown(ConfigObject tree, List<String> keys, String path) {
    tree.forEach(
        (key, value) -> {
          if (!keys.contains(key)) {
            problems.add(
                value.origin(),
                Key.join(path, key),
                "expected one of the keys %s, found %s%s"
                    .formatted(String.join(", ", keys), key, Suggestion.ending(key, keys)));
          }
        });
  }

  private static ConfigValue given(ConfigObject tree, RecordComponent component, String key) {
    @Nullable ConfigValue value = tree.get(Key.of(component));
    if (value == null) {
      throw new IllegalStateException(key + ": expected a default, found none");
    }
    return value;
  }

  /** What stands in for a value that is wrong. */
  private Optional<?> usual(RecordComponent component, String key) {
    return defaults.hasPath(key)
        ? new RecordReader(forms, ConfigFactory.empty(), new Problems())
            .value(component, defaults.getValue(key), key)
        : Optional.empty();
  }

  private Optional<?> value(RecordComponent component, ConfigValue value, String key) {
    Class<?> type = component.getType();
    if (forms.isSection(type)) {
      return section(value, key)
          .flatMap(section -> record(type.asSubclass(Record.class), section, key));
    }
    if (type == Map.class) {
      return section(value, key).map(ConfigObject::unwrapped);
    }
    if (type == Optional.class || type == OptionalInt.class) {
      return optional(component, value, key);
    }
    return scalar(type, value, key);
  }

  /** Of a key, which may be one in a section. */
  private static ConfigOrigin origin(ConfigObject tree, String key) {
    Config config = tree.toConfig();
    return (config.hasPath(key) ? config.getValue(key) : tree).origin();
  }

  private Optional<ConfigObject> section(ConfigValue value, String key) {
    if (value instanceof ConfigObject section) {
      return Optional.of(section);
    }
    problems.add(value.origin(), key, "expected a section { ... }, found " + value.render(CONCISE));
    return Optional.empty();
  }

  /** The optional itself is the value: an empty one where the word for it stands. */
  private Optional<?> optional(RecordComponent component, ConfigValue value, String key) {
    String emptyWord = component.getAnnotation(EmptyWord.class).value();
    if (text(value).filter(emptyWord::equals).isPresent()) {
      return Optional.of(
          component.getType() == OptionalInt.class ? OptionalInt.empty() : Optional.empty());
    }
    if (component.getType() == OptionalInt.class) {
      return scalar(Integer.class, value, key, emptyWord + " or ").map(OptionalInt::of);
    }
    Class<?> type =
        (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    Optional<?> present = scalar(type, value, key, emptyWord + " or ");
    return present.isPresent() ? Optional.of(present) : Optional.empty();
  }

  private <T> Optional<T> scalar(Class<T> type, ConfigValue value, String key) {
    return scalar(type, value, key, "");
  }

  private <T> Optional<T> scalar(Class<T> type, ConfigValue value, String key, String alternative) {
    Form<T> form =
        forms
            .find(type)
            .orElseThrow(
                () -> new IllegalStateException(key + ": cannot read a " + type.getName()));
    Optional<T> read = text(value).flatMap(form.parse());
    if (read.isEmpty()) {
      problems.add(
          value.origin(),
          key,
          "expected %s%s, found %s"
              .formatted(
                  alternative,
                  form.expected(),
                  type == Secret.class ? value.valueType() : value.render(CONCISE)));
    }
    return read;
  }

  private static final ConfigRenderOptions CONCISE = ConfigRenderOptions.concise();

  /** As it stands in the file; empty if it is not one word or number. */
  private static Optional<String> text(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING -> Optional.of(value.unwrapped().toString());
      case NUMBER, BOOLEAN -> Optional.of(value.render(CONCISE));
      case OBJECT, LIST, NULL -> Optional.empty();
    };
  }

  private <T extends Record> Optional<T> make(
      Class<T> type, @Nullable Object[] values, ConfigObject tree, String path) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof OutOfRangeException outOfRange) {
        outOfRange
            .faults()
            .forEach(
                fault ->
                    problems.add(
                        origin(tree, fault.key()), Key.join(path, fault.key()), fault.message()));
        return Optional.empty();
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}
