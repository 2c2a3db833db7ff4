package dev.longtake.trace;

/** Where parts of traces go. Safe for any number of threads; nothing here waits for a network. */
public interface Tracing extends AutoCloseable {

  /** Nowhere. */
  Tracing OFF =
      new Tracing() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void ended(Span span) {}

        @Override
        public void close() {}
      };

  /** Whether it is of any use to tell it something. */
  boolean isOn();

  /** A part has ended: it leaves the process later on, or is given up. */
  void ended(Span span);

  /** Sends what waits, for a few seconds at most. */
  @Override
  void close();
}
