package dev.longtake.coordinator.film;

/** A film's file that frames are written to, one after the other. One thread. */
interface FilmWriter extends AutoCloseable {

  /** Adds a frame, RGB {@code (H, W, 3)}. */
  void write(byte[] rgb);

  /** Completes the file: what is written before is no film without it. */
  void finish();

  /** Frees everything; a file that was not finished is broken. */
  @Override
  void close();
}
