package dev.longtake.config;

import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The types of which a configuration has values, and how each is written. */
final class Forms {

  private final List<Form<?>> forms;

  /**
   * @param own of types that only this configuration has
   */
  Forms(List<Form<?>> own) {
    forms = Stream.concat(Form.COMMON.stream(), own.stream()).toList();
  }

  @SuppressWarnings("unchecked") // A form's parameter is its type.
  <T> Optional<Form<T>> find(Class<T> type) {
    return forms.stream()
        .filter(form -> form.type() == MethodType.methodType(type).wrap().returnType())
        .map(form -> (Form<T>) form)
        .findFirst();
  }

  /** Whether it is a record whose components have keys of their own. */
  boolean isSection(Class<?> type) {
    return type.isRecord() && find(type).isEmpty();
  }
}
