package dev.longtake.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The word that stands for an empty {@code Optional} of a configuration record, such as {@code
 * auto} or {@code off}. There is no other way to write one: every key always has a value.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface EmptyWord {

  /** The word. */
  String value();
}
